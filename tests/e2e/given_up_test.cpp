// QloApps goes away and the guest has said yes: how long he waits, what he and the staff hear, and what was booked.
#include <csignal>

#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kKey = "DEMOKEYDEMOKEYDEMOKEYDEMOKEYDEMO";
constexpr const char* kGuest = "34600111222";
constexpr const char* kOther = "34600333444";

class GivenUp : public ::testing::Test {
 protected:
  GivenUp() {
    start_shop();
    stage.start_simulator();
    stage.start_host();
  }

  void start_shop() {
    shop = std::make_unique<Process>(
        Process::Options{.command = {AGENTE_SIM, "qloapps", "--port", std::to_string(port), "--key", kKey, "--book",
                                     (stage.folder() / "book.json").string()},
                         .log = stage.folder() / ("shop-" + std::to_string(++starts) + ".log")});
    shop->wait_for_line("ready:");
  }
  void the_shop_goes_away() const {
    shop->signal(SIGKILL);
    shop->wait();
  }
  void says(const std::string& who, const std::string& text) {
    ASSERT_EQ(stage.guest_writes(who, text, who + "." + std::to_string(said++)), 200);
  }
  void comes_to_the_question(const std::string& who) {
    says(who, "Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas");
    says(who, "Lucía Fernández");
    ASSERT_TRUE(eventually([&] { return state(who) == "awaiting_confirmation"; })) << state(who);
  }
  [[nodiscard]] std::string state(const std::string& who) const {
    return stage.conversation("whatsapp", who).value("state", "");
  }
  [[nodiscard]] std::string last_word_to(const std::string& who) const {
    const auto texts = stage.texts_to(who);
    return texts.empty() ? "" : texts.back();
  }
  /// What staff was told of the guest.
  [[nodiscard]] std::vector<std::string> notes() const {
    std::vector<std::string> notes;
    const auto record = json::parse(stage.agentctl({"guest", "export", "whatsapp", kGuest, "--json"}));
    for (const auto& event : record["events"]) {
      if (event["type"] == "conversation.handoff") notes.push_back(event.dump());
    }
    return notes;
  }
  [[nodiscard]] std::vector<json> live() const {
    std::vector<json> bookings;
    const auto book = http("GET", url + "/__sim/book").json();
    for (const auto& booking : book["bookings"]) {
      if (booking["live"] == true) bookings.push_back(booking);
    }
    return bookings;
  }

  const int port = free_port();
  const std::string url = "http://127.0.0.1:" + std::to_string(port);
  Stage stage{
      {.booking_wait_seconds = 4,
       .pms_pause_seconds = 1,
       .pms_deadline_ms = 2'000,
       .own_plugins = true,
       .pms_plugin = "qloapps",
       .pms_config = "{base_url: \"" + url + "\", api_key: " + kKey + ", hotel_id: 1, room_types: {double: 1}}"}};
  int starts = 0;
  int said = 0;
  std::unique_ptr<Process> shop;
};

TEST_F(GivenUp, WhatThePmsCertainlyDidNotGetIsToldToGuestAndStaffAndNeverBookedAfterwards) {
  comes_to_the_question(kGuest);
  the_shop_goes_away();
  says(kGuest, "sí");
  ASSERT_TRUE(eventually([&] { return state(kGuest) == "handoff"; })) << state(kGuest);
  EXPECT_TRUE(eventually([&] { return last_word_to(kGuest).find("no se ha hecho nada") != std::string::npos; }));
  ASSERT_EQ(notes().size(), 1U);
  EXPECT_THAT(notes()[0], AllOf(HasSubstr("NO se ha hecho"), HasSubstr("Lucía Fernández")));
  EXPECT_THAT(stage.host_log(), HasSubstr("is given to a person"));

  start_shop();
  comes_to_the_question(kOther);
  says(kOther, "sí");
  ASSERT_TRUE(eventually([&] { return state(kOther) == "confirmed"; })) << "the PMS is back: " << state(kOther);
  ASSERT_EQ(live().size(), 1U);
  EXPECT_THAT(live()[0]["guest"]["phone"].get<std::string>(), HasSubstr(kOther));
  EXPECT_EQ(notes().size(), 1U);
}

TEST_F(GivenUp, WhatThePmsMayHaveBookedIsToldToStaffOnceAndToTheGuestWhenItIsKnown) {
  comes_to_the_question(kGuest);
  ASSERT_EQ(
      http("POST", url + "/__sim/fault", R"({"name":"timeout_after","next":1,"on":"POST bookings","hold_ms":20000})")
          .status,
      200);
  says(kGuest, "sí");
  ASSERT_TRUE(eventually([&] { return live().size() == 1; })) << "it is booked, and its answer does not come";
  the_shop_goes_away();

  ASSERT_TRUE(eventually([&] { return !notes().empty(); }));
  EXPECT_THAT(notes()[0], AllOf(HasSubstr("No se sabe"), HasSubstr("Lucía Fernández")));
  EXPECT_EQ(state(kGuest), "awaiting_confirmation") << "nobody may tell him that nothing has been done";
  EXPECT_EQ(last_word_to(kGuest).find("no se ha hecho nada"), std::string::npos);

  start_shop();
  ASSERT_TRUE(eventually([&] { return state(kGuest) == "confirmed"; })) << state(kGuest);
  ASSERT_EQ(live().size(), 1U);
  EXPECT_TRUE(eventually([&] {
    return last_word_to(kGuest).find("Número de reserva: " + live()[0]["id"].dump()) != std::string::npos;
  })) << last_word_to(kGuest);
  EXPECT_EQ(notes().size(), 1U);
}

TEST_F(GivenUp, AYesIsGivenToAPersonAlsoWhereThePluginOfThePmsDoesNotStartAnyMore) {
  comes_to_the_question(kGuest);
  EXPECT_EQ(stage.stop_host(), 0);
  const auto plugin = stage.plugin_file("qloapps");
  std::filesystem::rename(plugin, plugin.string() + ".away");
  stage.start_host();
  EXPECT_NE(stage.instance("sol/pms")["state"], "live");
  says(kGuest, "sí");
  EXPECT_TRUE(eventually([&] { return last_word_to(kGuest).find("no se ha hecho nada") != std::string::npos; }));
  EXPECT_EQ(notes().size(), 1U);

  std::filesystem::rename(plugin.string() + ".away", plugin);
  ASSERT_TRUE(eventually([&] { return stage.instance("sol/pms")["state"] == "live"; })) << stage.instance("sol/pms");
  comes_to_the_question(kOther);
  says(kOther, "sí");
  ASSERT_TRUE(eventually([&] { return state(kOther) == "confirmed"; })) << state(kOther);
  EXPECT_EQ(live().size(), 1U);
}

}  // namespace
}  // namespace agente::e2e
