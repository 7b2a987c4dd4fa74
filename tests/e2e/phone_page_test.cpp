// A guest at the simulator's own page, a telephone in a real browser: what he reads, taps and sends there.
#include <algorithm>
#include <fstream>
#include <sstream>

#include <Poco/Base64Decoder.h>
#include <gmock/gmock.h>

#include "browser.hpp"
#include "stage.hpp"

namespace agente::e2e {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr const char* kGuest = "34600111222";  // is there when the page opens
constexpr const char* kDouble = "Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas";
constexpr const char* kAnyRoom = "Hola, quiero reservar del 12 al 15 de marzo para 2 personas";
/// More than fit on buttons, so that they come as a list.
constexpr const char* kRooms =
    "{rooms: {double: {count: 9, capacity: 2, rate_minor: 10000}, twin: {count: 2, capacity: 2, rate_minor: 11000}, "
    "triple: {count: 2, capacity: 3, rate_minor: 15000}, suite: {count: 2, capacity: 2, rate_minor: 18000}}, "
    "file: pms.json}";

/// A picture of one dot, whole, so that a browser can show it.
std::string picture() {
  std::istringstream text(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
  Poco::Base64Decoder decoder(text);
  return {std::istreambuf_iterator<char>(decoder), {}};
}

struct PhonePage : ::testing::Test {
  Stage stage{{.pms_config = kRooms, .more_channels = "media: {directory: media, max_bytes: 2000}\n"}};
  Browser browser{stage.folder()};

  void SetUp() override {
    stage.start_simulator();
    stage.start_host();
    browser.open(stage.simulator_url() + "/");
  }
  /// What stands in each bubble of this kind, with the time and the ticks below.
  std::vector<std::string> bubbles(const std::string& whose) {
    const auto texts = browser.script("return Array.from(document.querySelectorAll('#talk ." + whose +
                                      "')).map(bubble => bubble.innerText)");
    return texts.is_array() ? texts.get<std::vector<std::string>>() : std::vector<std::string>();
  }
  bool is_seen(const std::string& whose, const std::string& text) {
    return eventually([&] {
      return std::ranges::any_of(bubbles(whose), [&](const std::string& each) { return each.find(text) != each.npos; });
    });
  }
  /// How many elements there are.
  json count(const std::string& css) {
    return browser.script("return document.querySelectorAll(\"" + css + "\").length");
  }

  /// Does it and waits for the hotel's next words, which are returned.
  std::string answer_to(const std::function<void()>& what) {
    const auto before = bubbles("hotel").size();
    what();
    EXPECT_TRUE(eventually([&] { return bubbles("hotel").size() > before; })) << stage.host_log();
    const auto said = bubbles("hotel");
    return said.empty() ? "" : said.back();
  }
  void write(const std::string& text) {
    browser.type("#write textarea", text);
    EXPECT_TRUE(browser.click("#write button:not([type])"));
  }
  std::string say(const std::string& text) {
    return answer_to([&] { write(text); });
  }
  /// Each new event draws the talk anew, also under a finger that is about to tap.
  void press(const std::string& which) {
    EXPECT_TRUE(eventually([&] { return browser.click(which); })) << which;
  }
  std::string tap(const std::string& title) {
    return answer_to([&] { press("(//*[@id='talk']//button[starts-with(., '" + title + "')])[last()]"); });
  }
  json reservations() const { return stage.host("GET", "/api/v1/reservations?status=CONFIRMED").json()["count"]; }
};

TEST_F(PhonePage, AGuestBooksByTappingTheRoomInTheListAndYes) {
  EXPECT_THAT(say(kAnyRoom), HasSubstr("Ver habitaciones"));
  EXPECT_FALSE(browser.click("(//*[@id='talk']//button[starts-with(., 'Suite')])[last()]")) << "the list is closed";
  press("#talk summary");
  tap("Suite");
  EXPECT_TRUE(is_seen("guest", "Suite")) << "a tap is seen as what the guest said";
  EXPECT_THAT(say("Lucía Fernández"), HasSubstr("Suite"));
  tap("Sí");
  EXPECT_TRUE(is_seen("hotel", "H-"));
  EXPECT_EQ(reservations(), 1);
  EXPECT_EQ(stage.conversation("whatsapp", kGuest)["room_type"], "suite");
}

TEST_F(PhonePage, AllThatIsSaidHasItsTicks) {
  say(kDouble);
  say("Lucía Fernández");
  tap("Sí");
  for (const auto* whose : {"hotel", "guest"}) {
    EXPECT_TRUE(eventually([&] {
      const auto all = bubbles(whose);
      return std::ranges::all_of(all, [](const std::string& each) { return each.find("✓✓ read") != each.npos; });
    })) << whose
        << ": " << json(bubbles(whose));
  }
  EXPECT_EQ(bubbles("guest").size(), 3U);
}

TEST_F(PhonePage, TicksNeverGoBack) {
  const std::string fault = R"({"name":"status_reversed","next":1})";
  ASSERT_EQ(stage.simulator("POST", "/__sim/fault", fault).status, 200);
  write("Hola");
  EXPECT_TRUE(eventually([&] {
    const auto log = stage.simulator("GET", "/__sim/log").json();
    return std::ranges::any_of(log["webhooks"], [](const json& each) { return each.value("state", "") == "sent"; });
  }));
  browser.open(stage.simulator_url() + "/");  // shows all that was, at once
  EXPECT_TRUE(is_seen("hotel", "✓✓ read")) << json(bubbles("hotel"));
}

TEST_F(PhonePage, APictureThatTheGuestSendsWithACaptionArrivesAtTheHotel) {
  const auto file = stage.folder() / "view.png";
  std::ofstream(file, std::ios::binary) << picture();
  browser.type("#write textarea", "La vista");
  answer_to([&] { browser.type("#write input[type=file]", file.string()); });
  EXPECT_TRUE(is_seen("guest", "La vista"));
  EXPECT_EQ(browser.script("return document.querySelector('#write textarea').value"), "");
  EXPECT_TRUE(eventually(
      [&] { return browser.script("return document.querySelector('#talk .guest img').naturalWidth") == 1; }));

  json sent;
  EXPECT_TRUE(eventually([&] {
    sent = json::parse(stage.agentctl({"messages", "--direction", "in"}), nullptr, false);
    return sent.is_object() && sent["media"].is_object() && sent["media"]["state"] == "stored";
  })) << sent;
  EXPECT_EQ(stage.agentctl({"message", "media", sent["id"]}), picture());
}

TEST_F(PhonePage, WhatTheHotelSendsBesideTextCanBeLookedAt) {
  say("Hola");
  const auto file = stage.folder() / "pool.png";
  std::ofstream(file, std::ios::binary) << picture();
  stage.agentctl({"conversation", "file", "whatsapp", kGuest, file.string(), "--caption", "La piscina"});
  stage.agentctl({"conversation", "place", "whatsapp", kGuest, "37.3826", "-5.9963", "--name", "Hotel Sol"});
  EXPECT_TRUE(is_seen("hotel", "La piscina"));
  EXPECT_TRUE(eventually([&] { return count("#talk .hotel a[href*='mlat=37.3826&mlon=-5.9963']") == 1; }));
  EXPECT_TRUE(eventually(
      [&] { return browser.script("return document.querySelector('#talk .hotel img').naturalWidth") == 1; }));
}

TEST_F(PhonePage, ANewGuestHasATalkOfHisOwn) {
  say("Hola");
  browser.type("#new input[name=name]", "Noor");
  browser.type("#new input[name=from]", "+34600999888");
  EXPECT_TRUE(browser.click("#new button"));
  EXPECT_EQ(count("#talk .bubble"), 0);
  say("Hello");
  EXPECT_EQ(stage.texts_to("34600999888").size(), 1U);
  press("(//*[@id='guests']/button)[1]");
  EXPECT_TRUE(is_seen("guest", "Hola"));
  EXPECT_EQ(bubbles("guest").size(), 1U);
}

TEST_F(PhonePage, AGuestWhomMetaNamesByUserIdGoesOnAsTheSameGuest) {
  const json written{{"user_id", "ES.13491208655302741918"}, {"name", "Noor"}, {"text", "Hola"}};
  ASSERT_EQ(stage.simulator("POST", "/__sim/guest", written.dump()).json()["status"], 200);
  press("(//*[@id='guests']/button)[2]");
  EXPECT_TRUE(is_seen("guest", "Hola"));
  EXPECT_TRUE(eventually([&] { return bubbles("hotel").size() == 1; }));
  EXPECT_THAT(say(kDouble), HasSubstr("300"));
  EXPECT_EQ(count("#guests button"), 2) << "no third guest has come";
  EXPECT_EQ(browser.script("return document.querySelector('#number').textContent"), "ES.13491208655302741918");
}

TEST_F(PhonePage, MarkupIsShownAsTextAndNeverRun) {
  say("<img src=x onerror=\"document.title='pwned'\"> hola");
  EXPECT_TRUE(is_seen("guest", "<img src=x"));
  EXPECT_NE(browser.script("return document.title"), "pwned");
  EXPECT_EQ(count("#talk img"), 0);
}

TEST_F(PhonePage, AHotelThatDoesNotAnswerIsToldBelowTheMessage) {
  stage.kill_host();
  write("Hola");
  EXPECT_TRUE(is_seen("guest", "webhook said"));
  EXPECT_EQ(count("#talk .guest.bad"), 1);
}

}  // namespace
}  // namespace agente::e2e
