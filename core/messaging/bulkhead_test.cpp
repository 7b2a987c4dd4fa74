#include "messaging/bulkhead.hpp"

#include <atomic>

#include <gmock/gmock.h>

#include "messaging/delivery.hpp"
#include "messaging/dispatch.hpp"
#include "messaging/test_support.hpp"
#include "messaging/turn.hpp"
#include "pms/scripted_pms.hpp"

namespace agente::messaging {
namespace {

using testing::eventually;

TEST(Bulkhead, OfEachHotelNoMoreAreInsideThanItsShare) {
  Bulkhead bulkhead(16);
  std::vector<std::unique_ptr<Bulkhead::Place>> of_sol;
  for (int i = 0; i < 8; ++i) of_sol.push_back(bulkhead.enter("sol", 2));
  EXPECT_THAT(of_sol, ::testing::Each(::testing::NotNull()));
  EXPECT_EQ(bulkhead.enter("sol", 2), nullptr);
  EXPECT_NE(bulkhead.enter("luna", 2), nullptr);
  of_sol.pop_back();
  EXPECT_NE(bulkhead.enter("sol", 2), nullptr);
}

TEST(Bulkhead, TheMoreAreTurnedAwayTheLongerTheyStayAwayUntilThereIsAPlace) {
  Bulkhead bulkhead(4);
  std::vector<std::unique_ptr<Bulkhead::Place>> places;
  while (auto place = bulkhead.enter("sol", 1)) places.push_back(std::move(place));
  EXPECT_EQ(bulkhead.until_a_place("sol"), Millis{100});
  for (int i = 0; i < 10'000; ++i) EXPECT_EQ(bulkhead.enter("sol", 1), nullptr);
  EXPECT_EQ(bulkhead.until_a_place("sol"), Millis{1'100});
  for (int i = 0; i < 90'000; ++i) static_cast<void>(bulkhead.enter("sol", 1));
  EXPECT_EQ(bulkhead.until_a_place("sol"), Millis{2'000});
  for (int i = 0; i < 20; ++i) {
    places.pop_back();
    places.push_back(bulkhead.enter("sol", 1));
  }
  EXPECT_EQ(bulkhead.until_a_place("sol"), Millis{100});
  for (int i = 0; i < 10'000; ++i) static_cast<void>(bulkhead.enter("sol", 1));
  for (int i = 0; i < 20; ++i) EXPECT_NE(bulkhead.enter("luna", 1), nullptr);
  EXPECT_EQ(bulkhead.until_a_place("sol"), Millis{1'100}) << "others have places";
  EXPECT_EQ(bulkhead.until_a_place("luna"), Millis{100});
}

TEST(Bulkhead, AHotelAloneHasAllAndOneOfManyHasFour) {
  Bulkhead bulkhead(16);
  for (const auto& [hotels, share] : {std::pair{1U, 16}, std::pair{0U, 16}, std::pair{100U, 4}}) {
    std::vector<std::unique_ptr<Bulkhead::Place>> places;
    while (auto place = bulkhead.enter("sol", hotels)) places.push_back(std::move(place));
    EXPECT_EQ(places.size(), static_cast<std::size_t>(share)) << hotels;
  }
}

/// A channel whose provider answers when the test lets it.
class Silent final : public plugins::Channel {
 public:
  [[nodiscard]] const std::string& id() const override { return id_; }
  Result<std::string> send(const plugins::OutboundMessage& message, std::string_view) override {
    ++inside;
    silent.wait(true);
    return "wamid." + message.key;
  }
  Result<plugins::HttpOut> on_http(const plugins::HttpIn&, plugins::Staged&, std::string_view) override {
    return Error{Code::kUnsupported, ""};
  }
  Result<std::string> lookup(std::string_view, std::string_view) override { return Error{Code::kNotFound, ""}; }
  Result<std::vector<plugins::Check>> self_test() override { return std::vector<plugins::Check>{}; }

  std::atomic<int> inside = 0;
  std::atomic<bool> silent = true;

 private:
  const std::string id_ = "whatsapp";
};

TEST(SilentProvider, KeepsNoMessageOfAnotherChannelWaiting) {
  SystemClock clock;
  testing::TemporaryStore store{clock};
  Metrics metrics;
  Meter meter{metrics, [](std::string_view) { return std::string(); }};
  Silent silent;
  testing::ScriptedChannel webchat;
  Delivery delivery{*store,
                    clock,
                    meter,
                    [&](const std::string& id) -> plugins::Channel* {
                      return id == "whatsapp" ? static_cast<plugins::Channel*>(&silent) : &webchat;
                    },
                    {.workers = 16, .channels = [] { return std::size_t{2}; }}};
  const auto put = [&](const std::string& channel, int guest) {
    EXPECT_TRUE(store->write([&](store::sql::Connection& c) {
      store::outbound::insert(c, {.id = c.next_id(),
                                  .guest = {"sol", channel, std::to_string(34600111000 + guest)},
                                  .account = "1",
                                  .kind = "text",
                                  .text = "Hola",
                                  .created_at = clock.now()});
    }));
  };
  for (int guest = 0; guest < 40; ++guest) put("whatsapp", guest);
  delivery.start();
  EXPECT_TRUE(eventually([&] { return silent.inside == 8; }));
  for (int guest = 0; guest < 10; ++guest) put("webchat", guest);
  delivery.wake();
  EXPECT_TRUE(webchat.wait_for_sent(10));
  EXPECT_EQ(silent.inside, 8);
  silent.silent = false;
  silent.silent.notify_all();
  EXPECT_TRUE(eventually([&] {
    std::int64_t left = -1;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) { left = store::outbound::count_unsent(c); }));
    return left == 0;
  }));
  delivery.stop();
}

/// Two hotels whose guests are served by the same workers.
struct TwoHotels : ::testing::Test {
  SystemClock clock;
  testing::TemporaryStore store{clock};
  Metrics metrics;
  Meter meter{metrics, [](std::string_view) { return std::string(); }};
  pms::testing::ScriptedPms sol_pms;
  pms::testing::ScriptedPms luna_pms;
  pms::Gateway at_sol{"sol", sol_pms, *store, clock, {}, {.call = [](auto, auto, auto) {}}};
  pms::Gateway at_luna{"luna", luna_pms, *store, clock, {}, {.call = [](auto, auto, auto) {}}};
  Hotels hotels{clock};
  Turn turn{*store, clock, hotels, meter, [](const auto&) {}};
  Dispatch dispatch{*store, clock, turn};

  TwoHotels() {
    hotels.add({.id = "sol", .name = "Sol", .timezone = "Europe/Madrid", .currency = "EUR"}, at_sol);
    hotels.add({.id = "luna", .name = "Luna", .timezone = "Europe/Madrid", .currency = "EUR"}, at_luna);
  }
  void writes(const std::string& hotel, const std::string& guest) {
    const auto message = [&](store::Id id) {
      return store::Inbound{.id = id,
                            .guest = {hotel, "whatsapp", guest},
                            .external_id = random_hex(8),
                            .received_at = clock.now(),
                            .kind = "text",
                            .text = "Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas"};
    };
    EXPECT_TRUE(store->write([&](store::sql::Connection& c) { store::inbound::insert(c, message(c.next_id())); }));
    dispatch.wake();
  }
  std::size_t replies(const std::string& hotel) {
    std::size_t count = 0;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) {
      const auto rows = store::outbound::list_unsent(c, store::kAllParts, 0, 1000);
      count = static_cast<std::size_t>(
          std::ranges::count_if(rows, [&](const auto& row) { return row.guest.hotel == hotel; }));
    }));
    return count;
  }
};

TEST_F(TwoHotels, APmsThatHangsKeepsNoGuestOfTheOtherWaiting) {
  constexpr std::size_t kGuests = 40;
  constexpr std::size_t kOthers = 10;
  {
    const auto silent = sol_pms.hold();
    dispatch.start(Hotels::kWorkers);
    for (std::size_t i = 0; i < kGuests; ++i) writes("sol", std::to_string(34600111000 + i));
    ASSERT_TRUE(eventually([&] { return hotels.place_at_pms("sol") == nullptr; }));
    for (std::size_t i = 0; i < kOthers; ++i) writes("luna", std::to_string(34600222000 + i));
    EXPECT_TRUE(eventually([&] { return replies("luna") == kOthers; })) << replies("luna");
    EXPECT_EQ(replies("sol"), 0U) << "nor are they told to wait: none has been asked for yet";
  }
  EXPECT_TRUE(eventually([&] { return replies("sol") == kGuests; })) << replies("sol");
  EXPECT_EQ(sol_pms.availability_calls, static_cast<int>(kGuests)) << "who gave way had asked nothing";
}

TEST_F(TwoHotels, ABookingThatGaveWayHasMadeNoAttempt) {
  store::Inbound yes;
  const auto hears = [&](const std::string& text) {
    yes = {.guest = {"sol", "whatsapp", "34600111222"},
           .external_id = random_hex(8),
           .received_at = clock.now(),
           .kind = "text",
           .text = text};
    EXPECT_TRUE(store->write([&](store::sql::Connection& c) {
      yes.id = c.next_id();
      store::inbound::insert(c, yes);
    }));
    return turn.handle(yes);
  };
  EXPECT_FALSE(hears("Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas"));
  EXPECT_FALSE(hears("Ana Bello"));
  const auto told = replies("sol");
  std::vector<std::unique_ptr<Bulkhead::Place>> others;
  while (auto place = hotels.place_at_pms("sol")) others.push_back(std::move(place));

  EXPECT_TRUE(hears("sí"));

  std::vector<store::Intent> intents;
  EXPECT_TRUE(store->read([&](store::sql::Connection& c) { intents = store::intents::list_unfinished(c, 9); }));
  EXPECT_TRUE(intents.empty());
  EXPECT_EQ(replies("sol"), told);
  others.clear();
  EXPECT_FALSE(turn.handle(yes));
  EXPECT_EQ(sol_pms.live(), 1U);
}

}  // namespace
}  // namespace agente::messaging
