// Which messages a guest is shown as read.
#include "messaging/presence.hpp"
#include "messaging/turn_fixture.hpp"

namespace agente::messaging {
namespace {

struct PresenceOfTurns : TurnTest {
  testing::ScriptedChannel channel;
  Presence presence{clock, [this](const std::string&) { return &channel; }};

  PresenceOfTurns() {
    turn.shows(presence);
    presence.start();
  }
  /// The external id, once it was handled.
  std::string hear_kind(const std::string& kind, const std::string& text, const std::string& replayed = "") {
    auto message = arrive(text);
    message.kind = kind;
    message.replayed = replayed;
    EXPECT_FALSE(turn.handle(message));
    return message.external_id;
  }
  /// Messages are shown in order: once a later one was, earlier ones were or will not be.
  std::vector<std::string> shown_until(const std::string& last) {
    EXPECT_TRUE(testing::eventually([&] { return !channel.shown().empty() && channel.shown().back() == last; }));
    return channel.shown();
  }
};

TEST_F(PresenceOfTurns, OnlyWhatTheBotAnswersIsShownAsRead) {
  const auto hello = hear_kind("text", "Hola");
  for (const auto* kind : {"reaction", "history", "edit", "system"}) hear_kind(kind, "Hola");
  hear_kind("text", "Hola", "processed");
  const auto picture = hear_kind("image", "");
  EXPECT_THAT(shown_until(picture), ::testing::ElementsAre(hello, picture));
}

TEST_F(PresenceOfTurns, AGuestWhomAPersonTookOverIsNotShownThatABotReads) {
  hear_kind("echo", "Yo me encargo");
  hear_kind("text", "Gracias");
  const auto other = arrive("Hola", "34600999888");
  auto message = other;
  EXPECT_FALSE(turn.handle(message));
  EXPECT_THAT(shown_until(other.external_id), ::testing::ElementsAre(other.external_id));
}

}  // namespace
}  // namespace agente::messaging
