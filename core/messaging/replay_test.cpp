#include "messaging/replay.hpp"

#include <gmock/gmock.h>

#include "messaging/guest_record.hpp"
#include "messaging/test_support.hpp"
#include "messaging/turn.hpp"
#include "pms/scripted_pms.hpp"

namespace agente::messaging {
namespace {

using ::testing::HasSubstr;

constexpr const char* kRequest = "Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas";

struct ReplayTest : ::testing::Test {
  ManualClock clock{parse_time("2026-09-15T12:00:00Z").value()};
  testing::TemporaryStore store{clock};
  Metrics metrics;
  Meter meter{metrics, [](std::string_view) { return std::string(); }};
  pms::testing::ScriptedPms pms;
  pms::Gateway gateway{"sol", pms, *store, clock, {}, {.call = [](auto, auto, auto) {}}};
  Hotels hotels{clock};
  Turn turn{*store, clock, hotels, meter, [](const auto&) {}};
  std::vector<store::Inbound> waiting;
  Replay replay{*store, clock, [this](store::Inbound message) { waiting.push_back(std::move(message)); }};
  const store::GuestKey guest{"sol", "whatsapp", "34600111222"};

  ReplayTest() {
    hotels.add({.id = "sol", .name = "Hotel Sol", .timezone = "Europe/Madrid", .currency = "EUR"}, gateway);
  }

  void write(const std::function<void(store::sql::Connection&)>& work) { EXPECT_TRUE(store->write(work)); }
  store::Inbound arrive(const std::string& text) {
    store::Inbound message{
        .guest = guest, .external_id = random_hex(8), .received_at = clock.now(), .kind = "text", .text = text};
    write([&](store::sql::Connection& connection) {
      message.id = connection.next_id();
      store::inbound::insert(connection, message);
    });
    return message;
  }
  /// Handles what the guest writes and sends the replies.
  store::Id hear(const std::string& text) {
    auto message = arrive(text);
    EXPECT_FALSE(turn.handle(message));
    send_all();
    return message.id;
  }
  void send_all() {
    write([&](store::sql::Connection& connection) {
      for (auto& reply : store::outbound::list_unsent(connection, store::kAllParts, 0, 100)) {
        reply.status = store::OutboundStatus::kSent;
        store::outbound::update(connection, reply);
      }
    });
  }
  void handle_again(store::Id id) {
    const auto done = replay(id, "marta");
    ASSERT_TRUE(done) << done.error().text;
    ASSERT_EQ(waiting.size(), 1U);
    EXPECT_FALSE(turn.handle(waiting.front()));
    waiting.clear();
  }
  std::string refusal_of(store::Id id) {
    const auto done = replay(id, "marta");
    EXPECT_FALSE(done);
    EXPECT_TRUE(waiting.empty());
    return done ? "" : done.error().text;
  }
  store::Inbound row(store::Id id) {
    std::optional<store::Inbound> found;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) { found = store::inbound::find(c, id); }));
    return found.value_or(store::Inbound{});
  }
  store::Conversation talk() {
    std::optional<store::Conversation> found;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) { found = store::conversations::find(c, guest); }));
    return found.value_or(store::Conversation{});
  }
  std::vector<std::string> replies() {
    std::vector<std::string> texts;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) {
      const store::messages::Filter out{.direction = "out", .sender = guest.sender};
      for (const auto& line : store::messages::list(c, out)) texts.push_back(line.text);
    }));
    return texts;
  }
};

TEST_F(ReplayTest, AYesThatBookedBooksNothingMore) {
  hear(kRequest);
  hear("Ana Bello");
  const auto yes = hear("sí");
  ASSERT_EQ(pms.book_calls, 1);
  handle_again(yes);
  EXPECT_EQ(pms.book_calls, 1);
  EXPECT_EQ(talk().state, "confirmed");
  EXPECT_EQ(row(yes).status, store::InboundStatus::kProcessed);
  EXPECT_EQ(row(yes).replayed, "processed");
}

TEST_F(ReplayTest, WhatHeHasEditedIsNotReadAsItWasBefore) {
  const auto wish = hear(kRequest);
  write([&](store::sql::Connection& connection) {
    auto edit = row(wish);
    edit.id = connection.next_id();
    edit.external_id = "edit";
    edit.kind = "edit";
    edit.reply_to = row(wish).external_id;
    edit.text = "nada, gracias";
    store::inbound::insert(connection, edit);
  });
  EXPECT_THAT(refusal_of(wish), HasSubstr("changed"));
}

TEST_F(ReplayTest, AYesThatBookedAndFailedThenIsConfirmedWithThatBooking) {
  hear(kRequest);
  hear("Ana Bello");
  const auto before = talk();
  const auto yes = hear("sí");
  write([&](store::sql::Connection& connection) {  // as if nothing of the turn had been kept
    store::conversations::put(connection, before);
    connection.execute("UPDATE inbound_messages SET status = 'failed' WHERE body = 'sí'", {});
  });
  handle_again(yes);
  EXPECT_EQ(pms.book_calls, 1);
  EXPECT_EQ(talk().state, "confirmed");
  EXPECT_THAT(replies().back(), HasSubstr("H-1"));
}

TEST_F(ReplayTest, ABookingThatIsCancelledSinceIsNotConfirmed) {
  hear(kRequest);
  hear("Ana Bello");
  const auto before = talk();
  const auto yes = hear("sí");
  write([&](store::sql::Connection& connection) {
    store::conversations::put(connection, before);
    connection.execute("UPDATE inbound_messages SET status = 'failed' WHERE body = 'sí'", {});
  });
  pms.bookings[0].status = plugins::StayStatus::kCancelled;
  handle_again(yes);
  EXPECT_EQ(pms.book_calls, 1);
  EXPECT_NE(talk().state, "confirmed");
  EXPECT_THAT(replies().back(), Not(HasSubstr("H-1")));
}

TEST_F(ReplayTest, AYesThatNeverReachedThePmsIsShownThePriceOfNowAndBooksNothing) {
  hear(kRequest);
  hear("Ana Bello");
  auto yes = arrive("sí");
  write([&](store::sql::Connection& connection) {
    connection.execute("UPDATE inbound_messages SET status = 'failed' WHERE body = 'sí'", {});
  });
  yes.status = store::InboundStatus::kFailed;
  handle_again(yes.id);
  EXPECT_EQ(pms.book_calls, 0);
  EXPECT_EQ(talk().state, "awaiting_confirmation");
}

TEST_F(ReplayTest, AMessageThatAskedAndSaidYesInOneBreathAcceptsNothing) {
  const auto all = hear("sí, quiero reservar una doble del 12 al 15 de marzo para 2 personas a nombre de Ana Bello");
  ASSERT_EQ(talk().state, "awaiting_confirmation");
  handle_again(all);
  EXPECT_EQ(replies().size(), 1U) << "he has the summary already";
  write([](store::sql::Connection& c) { c.execute("UPDATE inbound_messages SET status = 'failed'", {}); });
  handle_again(all);
  EXPECT_EQ(row(all).replayed, "processed") << "it stays so when a replay fails";
  EXPECT_EQ(pms.book_calls, 0);
  EXPECT_EQ(talk().state, "awaiting_confirmation") << "the summary is shown anew";
}

TEST_F(ReplayTest, AnAnswerThatReachedTheGuestIsNotSentTwice) {
  const auto message = hear("¿Tienen piscina?");
  ASSERT_EQ(replies().size(), 1U);
  handle_again(message);
  EXPECT_EQ(replies().size(), 1U);
  EXPECT_EQ(row(message).status, store::InboundStatus::kProcessed);
}

TEST_F(ReplayTest, AnAnswerThatIsADeadLetterIsWrittenAnew) {
  const auto message = hear("¿Tienen piscina?");
  write([](store::sql::Connection& c) { c.execute("UPDATE outbound_messages SET status = 'failed'", {}); });
  handle_again(message);
  ASSERT_EQ(replies().size(), 2U);
  EXPECT_EQ(replies().front(), replies().back());
}

TEST_F(ReplayTest, AnswersOfThePmsAreAskedForAnew) {
  const auto message = hear(kRequest);
  write([](store::sql::Connection& c) {
    c.execute(R"(UPDATE inbound_messages SET results = '[{"booking_error":{"code":4,"text":"no such booking"}}]')", {});
  });
  handle_again(message);
  EXPECT_EQ(row(message).status, store::InboundStatus::kProcessed);
  EXPECT_EQ(pms.availability_calls, 2) << "what another question was answered with does not stand in for this one";
}

TEST_F(ReplayTest, OnlyTheLastMessageOfAGuestCanBeReplayed) {
  const auto first = hear("Hola");
  const auto second = hear("¿Tienen piscina?");
  EXPECT_THAT(refusal_of(first), HasSubstr("has written since"));
  handle_again(second);
}

TEST_F(ReplayTest, WhatMustNotBeHandledAgainIsRefusedWithTheReason) {
  EXPECT_THAT(refusal_of(4711), HasSubstr("no message 4711"));
  auto message = arrive("Hola");
  EXPECT_THAT(refusal_of(message.id), HasSubstr("still under way"));
  EXPECT_FALSE(turn.handle(message));
  EXPECT_THAT(refusal_of(message.id), HasSubstr("still on its way"));
  send_all();
  store::Id reply = 0;
  EXPECT_TRUE(store->read(
      [&](store::sql::Connection& c) { reply = store::outbound::list_replies_to(c, message.id).front().id; }));
  EXPECT_THAT(refusal_of(reply), HasSubstr("went out"));
  ASSERT_TRUE(erase_guest(*store, clock, guest, "marta"));
  EXPECT_THAT(refusal_of(message.id), HasSubstr("erased"));
}

}  // namespace
}  // namespace agente::messaging
