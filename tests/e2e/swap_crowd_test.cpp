// Fifty guests talk at once while the YAML moves their hotel from QloApps to house-pms and back.
#include <algorithm>

#include "swap_fixture.hpp"
#include "told.hpp"

namespace agente::e2e {
namespace {

using ::testing::HasSubstr;

class SwapOfACrowd : public Swap {
 protected:
  /// They go on until `enough`.
  bool talk_until(const std::function<bool()>& enough, std::vector<Crowd*> crowds) {
    return eventually(
        [&] {
          for (auto* crowd : crowds) crowd->round(Crowd::Until::kEnd);
          return enough();
        },
        60);
  }
  /// By what the books say of him, and by what he was shown and told.
  void has_what_he_accepted(const std::string& guest, const Booking& booking, long cents) const {
    EXPECT_THAT(booking.phone, HasSubstr(guest));
    EXPECT_EQ(booking.cents, cents);
    const auto talk = stage.conversation("whatsapp", guest);
    EXPECT_EQ(talk["state"], "confirmed");
    EXPECT_EQ(talk["reservations_created"], 1);
    EXPECT_EQ(talk["checkin"], booking.checkin);
    EXPECT_EQ(talk["checkout"], booking.checkout);
  }
  /// Each was told of one booking, which stands in one of the two books, and there is no other in either.
  void each_has_one_booking(const Crowd& crowd, const std::map<std::string, Booking>& live) const {
    const auto bookings = told(stage, crowd);
    auto texts = stage.texts();
    EXPECT_EQ(bookings.size(), crowd.numbers().size()) << crowd.where_they_are();
    for (const auto& [id, guest] : bookings) {
      SCOPED_TRACE(guest + " was told of " + id);
      ASSERT_TRUE(live.contains(id)) << "and has none";
      has_what_he_accepted(guest, live.at(id), last_summary_in(texts[guest]));
      EXPECT_EQ(std::ranges::count_if(
                    live, [&](const auto& each) { return each.second.phone.find(guest) != std::string::npos; }),
                1);
    }
  }
};

TEST_F(SwapOfACrowd, EachOfFiftyGuestsEndsWithOneRightBookingInOnePms) {
  constexpr int kRoomsOfAStay = 5;
  Crowd early(stage, 20, 0, kRoomsOfAStay);
  Crowd between(stage, 15, 20, kRoomsOfAStay);
  Crowd late(stage, 15, 35, kRoomsOfAStay);
  ASSERT_TRUE(early.talks(Crowd::Until::kQuestion, 60)) << early.where_they_are();
  ASSERT_TRUE(talk_until([&] { return !in_shop().empty(); }, {&early, &between}));
  names(kHouse, qloapps);
  ASSERT_TRUE(
      talk_until([&] { return is_live("sol/pms", "house-pms") && !in_house().empty(); }, {&early, &between, &late}))
      << stage.agentctl({"plugin", "list"});
  names(qloapps, kHouse);
  ASSERT_TRUE(talk_until([&] { return is_live("sol/pms", "qloapps"); }, {&early, &between, &late}))
      << stage.agentctl({"plugin", "list"});

  const std::vector<Crowd*> all{&early, &between, &late};
  const auto over = [](const Crowd* crowd) { return crowd->has_come(Crowd::Until::kEnd); };
  ASSERT_TRUE(talk_until([&] { return std::ranges::all_of(all, over); }, all))
      << early.where_they_are() << between.where_they_are() << late.where_they_are();
  auto live = in_shop();
  const auto house = in_house();
  EXPECT_FALSE(live.empty());
  EXPECT_FALSE(house.empty());
  for (const auto& booking : house) EXPECT_TRUE(live.insert(booking).second) << booking.first << " is in both books";
  EXPECT_EQ(live.size(), 50U);
  for (const auto* crowd : all) {
    EXPECT_TRUE(eventually([&] { return told(stage, *crowd).size() == crowd->numbers().size(); }, 30));
    EXPECT_EQ(crowd->refused_webhooks(), 0);
    each_has_one_booking(*crowd, live);
  }
}

}  // namespace
}  // namespace agente::e2e
