// A guest taps what he is offered instead of typing it, and scrolls up to what he was offered before.
#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char* kGuest = "5491155550142";
constexpr const char* kAnyRoom = "Hola, quiero reservar del 12 al 15 de marzo para 2 personas";
/// More than fit on buttons.
constexpr const char* kRooms =
    "{rooms: {double: {count: 9, capacity: 2, rate_minor: 10000}, twin: {count: 2, capacity: 2, rate_minor: 11000}, "
    "triple: {count: 2, capacity: 3, rate_minor: 15000}, suite: {count: 2, capacity: 2, rate_minor: 18000}}, "
    "file: pms.json}";

/// One choice of a message, and how a tap on it is told.
json tap_on(const json& request, const std::string& title) {
  const auto action = request.at("interactive").at("action");
  const bool list = action.contains("sections");
  auto choices = list ? action["sections"][0]["rows"] : action["buttons"];
  for (auto& choice : choices) {
    auto tap = list ? choice : choice["reply"];
    if (tap["title"] != title) continue;
    tap["shape"] = list ? "list_reply" : "button_reply";
    tap["message_id"] = request["wamid"];
    return tap;
  }
  ADD_FAILURE() << "'" << title << "' is not offered: " << request;
  return {};
}

struct Choices : ::testing::Test {
  Stage stage{{.pms_config = kRooms}};

  void SetUp() override {
    stage.start_simulator();
    stage.start_host();
  }
  json sent() const {
    json messages = json::array();
    const auto log = stage.simulator("GET", "/__sim/log").json();
    for (const auto& request : log.at("requests")) {
      if (request.value("accepted", false) && request.value("to", "") == kGuest) messages.push_back(request);
    }
    return messages;
  }
  /// What the guest sees after `say`: the next message to him, once the host knows that it is out.
  json answer_to(const std::function<void()>& say) {
    const auto before = sent().size();
    say();
    EXPECT_TRUE(eventually([&] { return sent().size() > before && is_noted(sent().back()["wamid"]); }));
    return sent().back();
  }
  json write(const std::string& text) {
    return answer_to([&] { EXPECT_EQ(stage.guest_writes(kGuest, text, "wamid." + text), 200); });
  }
  json tap(const json& what, const json& with = json::object()) {
    const json body{{"from", kGuest}, {"tap", what}, {"with", with}};
    return answer_to([&] { EXPECT_EQ(stage.simulator("POST", "/__sim/guest", body.dump()).json()["status"], 200); });
  }
  bool is_noted(const json& wamid) {
    const auto page = stage.host("GET", "/api/v1/admin/messages?direction=out").json();
    for (const auto& line : page.at("messages")) {
      if (line["external_id"] == wamid) return true;
    }
    return false;
  }
};

TEST_F(Choices, ATappedRoomAndATappedYesAreABooking) {
  const auto rooms = write(kAnyRoom);
  EXPECT_EQ(rooms["interactive"]["type"], "list");
  tap(tap_on(rooms, "Suite"));
  const auto summary = write("Lucía Fernández");
  EXPECT_THAT(summary["text"].get<std::string>(), HasSubstr("Suite"));

  const auto told = tap(tap_on(summary, "Sí"));

  const auto talk = stage.conversation("whatsapp", kGuest);
  ASSERT_THAT(talk["reservations"], SizeIs(1));
  EXPECT_EQ(talk["room_type"], "suite");
  EXPECT_THAT(told["text"].get<std::string>(), HasSubstr(talk["booking_ref"].get<std::string>()));
  EXPECT_EQ(told["type"], "text");
}

TEST_F(Choices, ATapIsKnownByItsIdWhereMetaDoesNotSayBelowWhatItStands) {
  write(kAnyRoom);
  write("Suite");
  const auto summary = write("Lucía Fernández");
  tap(tap_on(summary, "Sí"), {{"context", nullptr}});
  EXPECT_THAT(stage.conversation("whatsapp", kGuest)["reservations"], SizeIs(1));
}

TEST_F(Choices, AYesBelowAnOlderSummaryBooksNothingAndTheNewOneIsShownAgain) {
  write(kAnyRoom);
  write("Suite");
  const auto old = write("Lucía Fernández");
  write("mejor una doble");

  const auto told = tap(tap_on(old, "Sí"));

  EXPECT_THAT(told["text"].get<std::string>(), HasSubstr("Doble"));
  EXPECT_EQ(stage.conversation("whatsapp", kGuest)["state"], "awaiting_confirmation");
  EXPECT_EQ(stage.pms_file().find("Lucía"), std::string::npos);

  tap(tap_on(told, "Sí"));
  EXPECT_EQ(stage.conversation("whatsapp", kGuest)["room_type"], "double");
  EXPECT_THAT(stage.pms_file(), HasSubstr("Lucía"));
}

TEST_F(Choices, WhatWasOfferedIsSeenByTheHotelsPeople) {
  write(kAnyRoom);
  const auto listed = json::parse(stage.agentctl({"messages", "--direction", "out", "--json"}));
  EXPECT_EQ(listed["kind"], "choices");
  EXPECT_EQ(listed["details"]["choices"][0]["title"], "Doble");
  EXPECT_EQ(listed["details"]["label"], "Ver habitaciones");
}

}  // namespace
}  // namespace agente::e2e
