// A host is killed while it is its turn to write to the PMS: the others wait for it no longer than for a dead one.
#include <array>

#include <gmock/gmock.h>

#include "one_of_many.hpp"

namespace agente::e2e {
namespace {

using nlohmann::json;
using std::chrono::steady_clock;

constexpr const char* kKey = "DEMOKEYDEMOKEYDEMOKEYDEMOKEYDEMO";
constexpr int kGuests = 20;

class TurnKilled : public ::testing::Test {
 protected:
  TurnKilled() {
    shop.wait_for_line("ready:");
    stage.start_simulator();
    doomed.start({{"AGENTE_KILL_AT", "pms.before_call:1"}});
    other.start();
  }

  /// Five guests for each stay, of five doubles.
  static std::string guest(int i) { return "34600" + std::to_string(300'000 + i); }
  void says(int i, const std::string& text) {
    const auto id = guest(i) + "." + std::to_string(said++);
    EXPECT_TRUE(eventually([&] { return other.hears(guest(i), text, id) == 200; }));
  }
  [[nodiscard]] std::string state(int i) const { return other.conversation(guest(i)).value("state", ""); }
  void comes_to_the_question(int i) {
    constexpr std::array kMonths{"enero", "febrero", "marzo", "abril"};
    says(i, std::string("Hola, quiero reservar una doble del 12 al 15 de ") +
                kMonths.at(static_cast<std::size_t>(i / 5)) + " para 2 personas");
    says(i, "Lucía Fernández");
    ASSERT_TRUE(eventually([&] { return state(i) == "awaiting_confirmation"; }, 60)) << other.conversation(guest(i));
  }
  [[nodiscard]] int live() const {
    int count = 0;
    const auto book = http("GET", url + "/__sim/book").json();
    for (const auto& booking : book["bookings"]) count += booking["live"] == true ? 1 : 0;
    return count;
  }
  [[nodiscard]] std::string turns_taken() const {
    return postgres().ask("SELECT count(*) FROM pms_turns", stage.store_url().substr(stage.store_url().rfind('/') + 1));
  }

  const int port = free_port();
  const std::string url = "http://127.0.0.1:" + std::to_string(port);
  Stage stage{
      {.servers = true,
       .pms_deadline_ms = 3'000,
       .pms_plugin = "qloapps",
       .pms_config = "{base_url: \"" + url + "\", api_key: " + kKey + ", hotel_id: 1, room_types: {double: 1}}"}};
  Process shop{{.command = {AGENTE_SIM, "qloapps", "--port", std::to_string(port), "--key", kKey},
                .log = stage.folder() / "shop.log"}};
  OneOfMany doomed{stage, 0};
  OneOfMany other{stage, 1};
  int said = 0;
};

TEST_F(TurnKilled, HoldsUpTheOtherHostForFifteenSecondsAtMostAndBooksNothingTwice) {
  ASSERT_TRUE(eventually([&] { return doomed.parts() > 0 && other.parts() > 0; }, 30));
  for (int i = 0; i < kGuests; ++i) comes_to_the_question(i);
  int accepted = 0;
  while (accepted < kGuests && !doomed.is_dead()) {
    says(accepted, "sí");
    EXPECT_TRUE(eventually([&] { return doomed.is_dead() || state(accepted) == "confirmed"; }, 60));
    ++accepted;
  }
  const auto killed = steady_clock::now();
  ASSERT_TRUE(doomed.is_dead());
  EXPECT_EQ(turns_taken(), "1\n") << "it died with the turn in its hand";
  EXPECT_EQ(live(), accepted - 1) << "and before it booked";

  for (int i = accepted; i < kGuests; ++i) says(i, "sí");
  EXPECT_TRUE(eventually([&] { return live() >= accepted; }, 30));
  EXPECT_LE(steady_clock::now() - killed, std::chrono::seconds{15});

  for (int i = 0; i < kGuests; ++i) {
    ASSERT_TRUE(eventually([&] { return state(i) == "confirmed"; }, 60)) << other.conversation(guest(i));
    EXPECT_EQ(other.conversation(guest(i))["reservations_created"], 1);
  }
  EXPECT_EQ(live(), kGuests);
  EXPECT_EQ(http("GET", url + "/__sim/book").json()["double_booked"], json::array());
}

}  // namespace
}  // namespace agente::e2e
