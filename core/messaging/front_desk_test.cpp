#include "messaging/front_desk.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "messaging/parts.hpp"
#include "messaging/test_support.hpp"

namespace agente::messaging {
namespace {

using ::testing::SizeIs;

struct FrontDeskTest : ::testing::Test {
  ManualClock clock{parse_time("2026-09-15T12:00:00Z").value()};
  testing::TemporaryStore store{clock};
  int acts = 0;
  int replies = 0;
  testing::ScriptedChannel channel;
  FrontDesk desk{*store,
                 clock,
                 {.act_came = [this] { ++acts; }, .reply_waits = [this] { ++replies; }},
                 [this](const std::string& id) { return id == "whatsapp" ? &channel : nullptr; }};
  const FrontDesk::Act marta{.guest = {"sol", "whatsapp", "34600111222"}, .actor = "marta"};

  void guest_has_written() {
    store::Inbound message{.guest = marta.guest, .account = "106", .external_id = "wamid.1", .kind = "text"};
    EXPECT_TRUE(store->write([&](store::sql::Connection& connection) {
      message.id = connection.next_id();
      store::inbound::insert(connection, message);
    }));
  }
  store::Inbound row(store::Id id) {
    std::optional<store::Inbound> found;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) { found = store::inbound::find(c, id); }));
    return found.value_or(store::Inbound{});
  }
  /// A message by this guest.
  store::Id written(const store::GuestKey& guest) {
    store::Inbound message{.guest = guest, .external_id = "wamid.his", .received_at = clock.now(), .kind = "text"};
    EXPECT_TRUE(store->write([&](store::sql::Connection& c) {
      message.id = c.next_id();
      store::inbound::insert(c, message);
    }));
    return message.id;
  }
  std::vector<store::Outbound> outbox() {
    std::vector<store::Outbound> rows;
    EXPECT_TRUE(store->read(
        [&](store::sql::Connection& c) { rows = store::outbound::list_unsent(c, store::kAllParts, 0, 9); }));
    return rows;
  }
};

TEST_F(FrontDeskTest, AnActIsARowAmongTheGuestsMessagesInItsOrder) {
  guest_has_written();
  const auto id = desk.pause(marta, clock.now() + Millis{60'000});
  ASSERT_TRUE(id) << id.error().text;
  const auto act = row(*id);
  EXPECT_EQ(act.kind, "staff_paused");
  EXPECT_EQ(act.sender_name, "marta");
  EXPECT_EQ(act.text, format_time(clock.now() + Millis{60'000}));
  EXPECT_EQ(act.account, "106");
  EXPECT_EQ(act.status, store::InboundStatus::kReceived);
  std::vector<store::Inbound> waiting;
  EXPECT_TRUE(store->read(
      [&](store::sql::Connection& c) { waiting = store::inbound::list_received(c, store::kAllParts, 0, 9); }));
  ASSERT_THAT(waiting, SizeIs(2));
  EXPECT_EQ(waiting.back().id, *id);
  EXPECT_EQ(acts, 1);
  EXPECT_EQ(replies, 0);
}

TEST_F(FrontDeskTest, WhatAPersonWritesLiesInTheOutboxUnderHerName) {
  guest_has_written();
  const auto said = desk.say(marta, "Hola, soy Marta.\n\n" + std::string(kLongestReply, 'a'));
  ASSERT_TRUE(said) << said.error().text;
  const auto sent = outbox();
  ASSERT_THAT(sent, SizeIs(2)) << "too long for one message";
  EXPECT_EQ(sent[0].id, said->messages[0]);
  for (const auto& message : sent) {
    EXPECT_EQ(message.written_by, "marta");
    EXPECT_EQ(message.account, "106");
    EXPECT_EQ(message.guest, marta.guest);
  }
  EXPECT_EQ(replies, 1);
}

TEST_F(FrontDeskTest, APlaceIsSentAsOneAndSaysItInWordsToo) {
  guest_has_written();
  ASSERT_TRUE(desk.send_place(
      marta, {.latitude = 37.3826, .longitude = -5.9963, .name = "Hotel Sol", .address = "Calle Sol 1"}));
  const auto sent = outbox();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].kind, "location");
  EXPECT_EQ(sent[0].text, "Hotel Sol\nCalle Sol 1\n37.382600, -5.996300");
  const auto details = nlohmann::json::parse(sent[0].details);
  EXPECT_EQ(details["latitude"], 37.3826);
  EXPECT_EQ(details["address"], "Calle Sol 1");
}

TEST_F(FrontDeskTest, AFileIsHandedToTheProviderAndThenNamedByItsIdThere) {
  guest_has_written();
  ASSERT_TRUE(desk.send_file(
      marta, {.mime_type = "application/pdf", .name = "menu.pdf", .caption = "La carta", .bytes = "%PDF"}));
  ASSERT_TRUE(desk.send_file(marta, {.mime_type = "image/png", .name = "pool.png", .caption = "", .bytes = "PNG"}));
  ASSERT_THAT(channel.handed_over(), SizeIs(2));
  EXPECT_EQ(channel.handed_over()[0].account, "106");
  EXPECT_EQ(channel.handed_over()[0].bytes, "%PDF");
  const auto sent = outbox();
  ASSERT_THAT(sent, SizeIs(2));
  EXPECT_EQ(sent[0].kind, "document");
  EXPECT_EQ(sent[0].text, "La carta");
  EXPECT_EQ(nlohmann::json::parse(sent[0].details), (nlohmann::json{{"media", "media-1"}, {"filename", "menu.pdf"}}));
  EXPECT_EQ(sent[1].kind, "image");
}

TEST_F(FrontDeskTest, AFileThatTheProviderRefusesIsNotSent) {
  guest_has_written();
  const auto refused = desk.send_file(marta, {.mime_type = "image/png", .name = "a.png", .bytes = "too large"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().text, "it is too large");
  EXPECT_THAT(outbox(), SizeIs(0));
  EXPECT_EQ(acts + replies, 0);
}

TEST_F(FrontDeskTest, AnEmojiGoesOnAMessageThatHeWroteHimself) {
  guest_has_written();
  const auto message = written(marta.guest);
  ASSERT_TRUE(desk.react(marta, message, "👍"));
  const auto sent = outbox();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].kind, "reaction");
  EXPECT_EQ(sent[0].quotes_external_id, "wamid.his");
  EXPECT_EQ(nlohmann::json::parse(sent[0].details)["emoji"], "👍");

  const auto by_another = written({"sol", "whatsapp", "34600999999"});
  for (const auto id : {by_another, message + 1, store::Id{1}}) {
    EXPECT_EQ(desk.react(marta, id, "👍").error().code, Code::kNotFound) << id;
  }
}

TEST_F(FrontDeskTest, TheGapsOfATemplateHaveNamesOrPlaces) {
  guest_has_written();
  ASSERT_TRUE(desk.send_template(marta, {.name = "a", .language = "es", .parameters = {{"", "Ana"}, {"", "88213"}}}));
  ASSERT_TRUE(desk.send_template(marta, {.name = "b", .language = "es", .parameters = {{"guest", "Ana"}}}));
  ASSERT_TRUE(desk.send_template(marta, {.name = "c", .language = "es", .parameters = {}}));
  const auto sent = outbox();
  ASSERT_THAT(sent, SizeIs(3));
  EXPECT_EQ(nlohmann::json::parse(sent[0].details)["parameters"], (nlohmann::json{"Ana", "88213"}));
  EXPECT_EQ(nlohmann::json::parse(sent[1].details)["parameters"], (nlohmann::json{{"guest", "Ana"}}));
  EXPECT_EQ(nlohmann::json::parse(sent[2].details)["parameters"], nlohmann::json::array());
  EXPECT_EQ(sent[1].text, "[b, es] Ana");
}

TEST_F(FrontDeskTest, WhatIsAroundTheBodyOfATemplateIsHandedOnAsItIs) {
  guest_has_written();
  const std::string header = R"({"link":"https://hotel.example/a.pdf"})";
  const std::string buttons = R"([{"index":0,"text":"88213"}])";
  ASSERT_TRUE(desk.send_template(marta, {.name = "a", .language = "es", .header = header, .buttons = buttons}));
  ASSERT_TRUE(desk.send_template(marta, {.name = "b", .language = "es"}));
  const auto details = nlohmann::json::parse(outbox().at(0).details);
  EXPECT_EQ(details["header"], nlohmann::json::parse(header));
  EXPECT_EQ(details["buttons"], nlohmann::json::parse(buttons));
  const auto plain = nlohmann::json::parse(outbox().at(1).details);
  EXPECT_FALSE(plain.contains("header") || plain.contains("buttons"));
}

TEST_F(FrontDeskTest, AFileForATemplateIsHandedToTheProviderOfAGuestWhoHasWritten) {
  EXPECT_EQ(desk.upload(marta.guest, "application/pdf", "%PDF").error().code, Code::kNotFound);
  guest_has_written();
  EXPECT_TRUE(desk.upload(marta.guest, "application/pdf", "%PDF"));
  EXPECT_TRUE(outbox().empty()) << "nobody is sent anything yet";
}

TEST_F(FrontDeskTest, WhatIsHeldMayBeDroppedAndNothingElse) {
  guest_has_written();
  const auto said = desk.say(marta, "Hola");
  ASSERT_TRUE(said);
  const auto id = said->messages.at(0);
  EXPECT_EQ(desk.drop(id, "marta").error().code, Code::kConflict);
  EXPECT_EQ(desk.drop(id + 100, "marta").error().code, Code::kNotFound);
  auto held = outbox().at(0);
  held.status = store::OutboundStatus::kHeld;
  ASSERT_TRUE(store->write([&](store::sql::Connection& c) { store::outbound::update(c, held); }));

  ASSERT_TRUE(desk.drop(id, "marta"));
  std::optional<store::Outbound> dropped;
  std::vector<store::Outbound> released;
  ASSERT_TRUE(store->write([&](store::sql::Connection& c) {
    dropped = store::outbound::find(c, id);
    released = store::outbound::release_held(c, held.guest, held.account, clock.now(), {});
  }));
  EXPECT_EQ(dropped->status, store::OutboundStatus::kFailed);
  EXPECT_EQ(dropped->failure_reason, "dropped by marta");
  EXPECT_THAT(released, SizeIs(0));
  EXPECT_EQ(desk.drop(id, "marta").error().code, Code::kConflict) << "twice";
}

TEST_F(FrontDeskTest, AGuestWhoNeverWroteIsNotWrittenTo) {
  EXPECT_EQ(desk.send_file(marta, {.mime_type = "image/png", .name = "a.png", .bytes = "x"}).error().code,
            Code::kNotFound);
  EXPECT_THAT(channel.handed_over(), SizeIs(0));
  const auto said = desk.say(marta, "Hola");
  ASSERT_FALSE(said);
  EXPECT_EQ(said.error().code, Code::kNotFound);
  EXPECT_THAT(outbox(), SizeIs(0));
  EXPECT_EQ(acts + replies, 0);
  EXPECT_FALSE(desk.resume(marta));
}

}  // namespace
}  // namespace agente::messaging
