// SIGKILL at every durable point of a message's way and around the PMS call, with twenty guests at once: afterwards
// every guest has one booking and one complete conversation in order.
#include <set>
#include <thread>

#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

constexpr int kGuests = 20;
constexpr const char* kRequest = "Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas";

std::string guest_number(int i) { return "34600111" + std::to_string(100 + i); }

/// As Meta does: the same webhook again until it is answered with 200. False after a minute.
bool insist(const Stage& stage, const std::string& guest, const std::string& text, const std::string& id) {
  return eventually([&] { return const_cast<Stage&>(stage).guest_writes(guest, text, id) == 200; }, 60);
}

void talk(const Stage& stage, int i) {
  const auto guest = guest_number(i);
  EXPECT_TRUE(insist(stage, guest, kRequest, "wamid." + guest + ".1"));
  EXPECT_TRUE(insist(stage, guest, "Ana Bello", "wamid." + guest + ".2"));
  EXPECT_TRUE(insist(stage, guest, "sí", "wamid." + guest + ".3"));
}

/// What the hotel said to a guest, as its own records have it.
std::vector<std::string> told(const nlohmann::json& conversation) {
  std::vector<std::string> texts;
  for (const auto& turn : conversation["turns"]) {
    if (turn["from"] == "hotel") texts.push_back(turn["text"]);
  }
  return texts;
}

/// A doubtful send is repeated: once more the same text, straight after the first.
std::vector<std::string> without_repeats(std::vector<std::string> texts) {
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  return texts;
}

void expect_one_booking_and_one_conversation(const Stage& stage, int i, std::set<std::string>& booking_ids) {
  const auto guest = guest_number(i);
  ASSERT_TRUE(eventually([&] { return stage.conversation("whatsapp", guest).value("state", "") == "confirmed"; }, 60))
      << stage.conversation("whatsapp", guest).dump(1) << stage.host_log();
  const auto conversation = stage.conversation("whatsapp", guest);
  EXPECT_EQ(conversation["reservations_created"], 1);
  ASSERT_EQ(conversation["reservations"].size(), 1U) << conversation.dump(1);
  EXPECT_TRUE(booking_ids.insert(conversation["reservations"][0]["pms_booking_id"]).second);
  EXPECT_TRUE(eventually([&] {
    return without_repeats(stage.texts_to(guest)) == told(stage.conversation("whatsapp", guest));
  })) << ::testing::PrintToString(stage.texts_to(guest))
      << conversation.dump(1);
}

/// Live bookings in the PMS' own file.
std::size_t live_bookings(const Stage& stage) {
  const auto document = nlohmann::json::parse(stage.pms_file(), nullptr, false);
  std::size_t live = 0;
  for (const auto& booking : document.value("bookings", nlohmann::json::array())) {
    const auto& status = booking["status"];
    if (status != "cancelled" && status != 4) ++live;
  }
  return live;
}

class Killed : public ::testing::TestWithParam<const char*> {};

TEST_P(Killed, EveryGuestHasOneBookingAndOneConversationInOrder) {
  Stage stage({.pms_deadline_ms = 1000});
  stage.start_simulator();
  stage.start_host({{"AGENTE_KILL_AT", std::string(GetParam()) + ":7"}});
  {
    std::vector<std::jthread> guests;
    for (int i = 0; i < kGuests; ++i) guests.emplace_back([&stage, i] { talk(stage, i); });
    ASSERT_EQ(stage.wait_for_host_to_end(), 128 + SIGKILL);
    stage.start_host();
  }
  std::set<std::string> booking_ids;
  for (int i = 0; i < kGuests; ++i) expect_one_booking_and_one_conversation(stage, i, booking_ids);
  EXPECT_EQ(booking_ids.size(), static_cast<std::size_t>(kGuests));
  EXPECT_EQ(live_bookings(stage), static_cast<std::size_t>(kGuests));
}

INSTANTIATE_TEST_SUITE_P(AtEveryPoint, Killed,
                         ::testing::Values("intake.before_commit", "intake.after_commit", "turn.before_commit",
                                           "turn.after_commit", "pms.before_call", "pms.after_call",
                                           "pms.after_outcome", "delivery.before_send", "delivery.after_send",
                                           "delivery.after_commit"),
                         [](const auto& point) {
                           std::string name = point.param;
                           std::ranges::replace(name, '.', '_');
                           return name;
                         });

TEST(KilledAgainAndAgain, NothingIsLostAndNothingDoubled) {
  Stage stage({.pms_deadline_ms = 1000});
  stage.start_simulator();
  stage.start_host();
  {
    std::vector<std::jthread> guests;
    for (int i = 0; i < kGuests; ++i) guests.emplace_back([&stage, i] { talk(stage, i); });
    for (int round = 0; round < 4; ++round) {
      const auto wanted = 4 * (round + 1);
      eventually([&] { return stage.host("GET", "/api/v1/reservations").json().value("count", 0) >= wanted; }, 5);
      stage.kill_host();
      stage.start_host();
    }
  }
  std::set<std::string> booking_ids;
  for (int i = 0; i < kGuests; ++i) expect_one_booking_and_one_conversation(stage, i, booking_ids);
  EXPECT_EQ(live_bookings(stage), static_cast<std::size_t>(kGuests));
}

}  // namespace
}  // namespace agente::e2e
