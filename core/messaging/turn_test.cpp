#include "messaging/turn.hpp"

#include <gmock/gmock.h>

#include "messaging/dispatch.hpp"
#include "messaging/intake.hpp"
#include "messaging/parts.hpp"
#include "messaging/test_support.hpp"
#include "pms/follow.hpp"
#include "pms/scripted_pms.hpp"

namespace agente::messaging {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kRequest = "Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas";

struct TurnTest : ::testing::Test {
  ManualClock clock{parse_time("2026-09-15T12:00:00Z").value()};
  testing::TemporaryStore store{clock};
  Metrics metrics;
  Meter meter{metrics, [](std::string_view) { return std::string(); }};
  pms::testing::ScriptedPms pms;
  pms::Gateway gateway{"sol", pms, *store, clock, {}, {.call = [](auto, auto, auto) {}}};
  Hotels hotels{clock};
  Turn turn{*store, clock, hotels, meter, [](const auto&) {}};

  TurnTest() {
    hotels.add({.id = "sol", .name = "Hotel Sol", .timezone = "Europe/Madrid", .currency = "EUR"}, gateway);
  }

  store::Inbound arrive(const std::string& text, const std::string& guest = "34600111222") {
    store::Inbound message{.guest = {"sol", "whatsapp", guest},
                           .external_id = random_hex(8),
                           .received_at = clock.now(),
                           .kind = "text",
                           .text = text};
    EXPECT_TRUE(store->write([&](store::sql::Connection& connection) {
      message.id = connection.next_id();
      store::inbound::insert(connection, message);
    }));
    return message;
  }
  std::optional<Steady> hear(const std::string& text, const std::string& guest = "34600111222") {
    auto message = arrive(text, guest);
    return turn.handle(message);
  }
  /// The channel took the last reply, and the guest taps what it shows as `title`.
  std::optional<Steady> tap(const std::string& title, const store::Outbound& below) {
    auto sent = below;
    sent.external_id = "wamid." + std::to_string(sent.id);
    EXPECT_TRUE(store->write([&](store::sql::Connection& c) { store::outbound::update(c, sent); }));
    auto message = arrive(title);
    message.kind = "interactive";
    message.reply_to = sent.external_id;
    return turn.handle(message);
  }
  std::vector<store::Outbound> outbox() {
    std::vector<store::Outbound> rows;
    EXPECT_TRUE(store->read(
        [&](store::sql::Connection& c) { rows = store::outbound::list_unsent(c, store::kAllParts, 0, 1000); }));
    return rows;
  }
  std::vector<std::string> staff_notes() {
    std::vector<std::string> notes;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) {
      for (const auto& event : store::events::list(c, "sol", 0, 1000)) {
        if (event.type == "conversation.handoff") notes.push_back(event.body);
      }
    }));
    return notes;
  }
  std::vector<store::Reservation> reservations(const std::string& guest = "34600111222") {
    std::vector<store::Reservation> rows;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) {
      rows = store::reservations::list_of_guest(c, {"sol", "whatsapp", guest});
    }));
    return rows;
  }
};

TEST(OnceAMinuteTest, EachReasonIsToldOnceAMinute) {
  ManualClock clock{parse_time("2026-09-15T12:00:00Z").value()};
  OnceAMinute once(clock);
  EXPECT_TRUE(once.is_due("the PMS of sol is not connected"));
  EXPECT_FALSE(once.is_due("the PMS of sol is not connected"));
  EXPECT_TRUE(once.is_due("the PMS of luna is not connected"));
  clock.advance(Millis{59'999});
  EXPECT_FALSE(once.is_due("the PMS of sol is not connected"));
  clock.advance(Millis{1});
  EXPECT_TRUE(once.is_due("the PMS of sol is not connected"));
}

TEST(HotelsTest, AMessageWaitsForAHotelWhosePmsIsNotConnectedAndForNoOther) {
  SystemClock clock;
  Hotels hotels(clock);
  hotels.expect({{"sol", {"scripted"}}});
  EXPECT_EQ(hotels.find("sol", "t").error().code, Code::kRetry);
  EXPECT_EQ(hotels.find("luna", "t").error().code, Code::kNotFound);
  hotels.expect({});
  EXPECT_EQ(hotels.find("sol", "t").error().code, Code::kNotFound);
}

TEST_F(TurnTest, AnAnswerTooLongForAMessageGoesOutInParts) {
  std::string name = "Hotel";
  while (name.size() < 5'000) name += " Sol";
  hotels.add({.id = "sol", .name = name, .timezone = "Europe/Madrid", .currency = "EUR"}, gateway);

  EXPECT_FALSE(hear("Hola"));

  const auto rows = outbox();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_LT(rows[0].id, rows[1].id);
  EXPECT_LE(count_code_points(rows[0].text), kLongestReply);
  EXPECT_THAT(rows[0].text, HasSubstr("Hotel Sol"));
  EXPECT_THAT(rows[1].text, HasSubstr("Sol"));
  EXPECT_EQ(rows[1].in_reply_to, rows[0].in_reply_to);
}

TEST_F(TurnTest, GuestIsLedFromFirstWordsToABookingInThreeTurns) {
  EXPECT_FALSE(hear(kRequest));
  EXPECT_FALSE(hear("Ana Bello"));
  EXPECT_EQ(pms.book_calls, 0);
  EXPECT_FALSE(hear("sí"));
  ASSERT_EQ(pms.live(), 1U);
  EXPECT_THAT(outbox().back().text, HasSubstr("H-1"));
  ASSERT_EQ(reservations().size(), 1U);
  EXPECT_EQ(reservations()[0].status, store::ReservationStatus::kConfirmed);
  EXPECT_EQ(reservations()[0].pms_booking_id, "H-1");
}

TEST_F(TurnTest, ATappedYesBooksWhatItStandsBelowAndNothingElse) {
  for (const auto* text : {kRequest, "Ana Bello"}) EXPECT_FALSE(hear(text));
  const auto old = outbox().back();
  EXPECT_EQ(old.kind, "choices");
  EXPECT_THAT(old.details, HasSubstr(R"("title":"Sí")"));
  EXPECT_FALSE(hear("mejor para 1 persona"));

  EXPECT_FALSE(tap("Sí", old));
  EXPECT_EQ(pms.book_calls, 0);
  const auto shown_again = outbox().back();
  EXPECT_THAT(shown_again.text, HasSubstr("1 adulto"));

  EXPECT_FALSE(tap("Sí", shown_again));
  ASSERT_EQ(pms.live(), 1U);
  EXPECT_EQ(pms.bookings[0].adults, 1);
  EXPECT_EQ(outbox().back().kind, "text");
  EXPECT_EQ(outbox().back().details, "");
}

TEST_F(TurnTest, WhatTheFrontDeskCancelledWasNotCancelledByTheGuestWhoHearsOfIt) {
  for (const auto* text : {kRequest, "Ana Bello", "sí"}) EXPECT_FALSE(hear(text));
  pms.bookings[0].status = plugins::StayStatus::kCancelled;
  clock.advance(Millis{1000});
  ASSERT_TRUE(pms::Follow({gateway}, *store, clock).next_changes("t"));

  EXPECT_FALSE(hear("quiero cancelar mi reserva"));

  EXPECT_THAT(outbox().back().text, HasSubstr("H-1"));
  EXPECT_EQ(reservations()[0].status, store::ReservationStatus::kCancelled);
  EXPECT_EQ(reservations()[0].reason, "PMS");
}

TEST_F(TurnTest, AGuestInHouseWhoAsksForAnotherDayStaysCheckedIn) {
  for (const auto* text : {kRequest, "Ana Bello", "sí"}) EXPECT_FALSE(hear(text));
  auto& there = pms.bookings[0];
  there.status = plugins::StayStatus::kInHouse;
  there.checkout += std::chrono::days{1};
  clock.advance(Millis{1000});
  ASSERT_TRUE(pms::Follow({gateway}, *store, clock).next_changes("t"));

  EXPECT_FALSE(hear("quiero cambiar mi reserva"));

  EXPECT_EQ(reservations()[0].status, store::ReservationStatus::kCheckedIn);
  EXPECT_EQ(reservations()[0].checkout, there.checkout);
}

TEST_F(TurnTest, APmsThatHangsHoldsUpNoMessageThatComesIn) {
  constexpr int kGuests = 20;
  Intake intake{*store, clock, meter, {.message_came = [] {}, .receipt_changed = [](const auto&) {}}};
  Dispatch dispatch{*store, clock, turn};
  const auto all_write = [&](const std::string& id) {
    for (int i = 0; i < kGuests; ++i) {
      const auto guest = std::to_string(34600111000 + i);
      const plugins::InboundMessage message{
          .hotel = "sol", .external_id = id + guest, .sender = guest, .kind = "text", .text = kRequest};
      EXPECT_TRUE(intake.commit("whatsapp", {.messages = {message}}, "t"));
    }
    dispatch.wake();
  };
  {
    const auto silent = pms.hold();
    all_write("first");
    dispatch.start(4);
    ASSERT_TRUE(testing::eventually([&] { return !dispatch.rests(store::kAllParts); }));
    all_write("second");
  }
  EXPECT_TRUE(testing::eventually([&] {
    std::int64_t left = -1;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) { left = store::inbound::count_received(c); }));
    return left == 0;
  }));
}

TEST_F(TurnTest, MessageHandledTwiceChangesNothingTheSecondTime) {
  auto message = arrive("Hola");
  EXPECT_FALSE(turn.handle(message));
  const auto before = outbox().size();
  EXPECT_FALSE(turn.handle(message));
  EXPECT_EQ(outbox().size(), before);
}

TEST_F(TurnTest, YesWhosePmsAnswerWasLostIsAskedForPatienceOnceAndEndsInOneBooking) {
  hear(kRequest);
  hear("Ana Bello");
  pms.lose_next_answer();
  auto yes = arrive("sí");
  const auto before = outbox().size();
  ASSERT_TRUE(turn.handle(yes));
  ASSERT_TRUE(turn.handle(yes));
  EXPECT_EQ(outbox().size(), before + 1);  // please wait, once
  clock.advance(Millis{60'000});
  EXPECT_FALSE(turn.handle(yes));
  EXPECT_EQ(pms.live(), 1U);
  EXPECT_EQ(pms.book_calls, 1);
  EXPECT_THAT(outbox().back().text, HasSubstr("H-1"));
}

TEST_F(TurnTest, WhoWritesWhileHisBookingIsInSuspenseIsToldSoOnceAMinuteAndAnsweredAfterIt) {
  Dispatch dispatch{*store, clock, turn};
  hear(kRequest);
  hear("Ana Bello");
  pms.lose_next_answer();
  const auto yes = arrive("sí");
  dispatch.start(2);
  const auto last = [&] { return outbox().back().text; };
  ASSERT_TRUE(testing::eventually([&] { return last().find("tarda un poco") != std::string::npos; }));

  const auto hello = arrive("¿hola?");
  dispatch.wake();
  ASSERT_TRUE(testing::eventually([&] { return last().find("aún no está hecha") != std::string::npos; }));
  const auto said = outbox().size();
  const auto again = arrive("¿sigue ahí?");
  dispatch.wake();
  turn.keep_company(yes, again);
  EXPECT_EQ(outbox().size(), said) << "once a minute";

  clock.advance(Millis{60'000});
  ASSERT_TRUE(testing::eventually([&] {
    std::int64_t left = -1;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) { left = store::inbound::count_received(c); }));
    return left == 0;
  }));
  dispatch.stop();
  EXPECT_EQ(pms.live(), 1U);
  EXPECT_EQ(reservations().size(), 1U);
  std::vector<store::Outbound> replies;
  EXPECT_TRUE(store->read([&](store::sql::Connection& c) { replies = store::outbound::list_replies_to(c, hello.id); }));
  EXPECT_EQ(replies.size(), 2U) << "that he must wait, and the answer";
}

TEST_F(TurnTest, AYesThatThePmsNeverAnswersIsGivenToAPersonAndTheGuestHearsIt) {
  hear(kRequest);
  hear("Ana Bello");
  pms.down = true;
  auto yes = arrive("sí");
  ASSERT_TRUE(turn.handle(yes));
  clock.advance(Millis{899'999});
  ASSERT_TRUE(turn.handle(yes));
  EXPECT_TRUE(staff_notes().empty());
  const auto before = outbox().size();

  clock.advance(Millis{1});
  EXPECT_FALSE(turn.handle(yes));

  ASSERT_EQ(outbox().size(), before + 1);
  EXPECT_THAT(outbox().back().text, HasSubstr("no se ha hecho nada"));
  ASSERT_EQ(staff_notes().size(), 1U);
  EXPECT_THAT(staff_notes()[0], HasSubstr("Ana Bello"));
  pms.down = false;
  clock.advance(Millis{3'600'000});
  EXPECT_FALSE(turn.handle(yes));
  EXPECT_FALSE(hear("¿y mi reserva?"));
  EXPECT_EQ(pms.live(), 0U);
  EXPECT_NE(reservations()[0].status, store::ReservationStatus::kConfirmed);
}

TEST_F(TurnTest, AYesIsGivenToAPersonAlsoByAHostThatWasStartedAfterThePmsWentAway) {
  hear(kRequest);
  hear("Ana Bello");
  pms.down = true;
  auto yes = arrive("sí");
  ASSERT_TRUE(turn.handle(yes));
  clock.advance(Millis{900'000});

  pms::Gateway gateway_now{"sol", pms, *store, clock, {}, {.call = [](auto, auto, auto) {}}};
  Hotels started{clock};
  started.add({.id = "sol", .name = "Hotel Sol", .timezone = "Europe/Madrid", .currency = "EUR"}, gateway_now);
  Turn another{*store, clock, started, meter, [](const auto&) {}};
  auto hello = arrive("Hola", "34600999888");
  EXPECT_TRUE(another.handle(hello)) << "who wants to know of rooms must wait";
  EXPECT_FALSE(another.handle(yes));

  EXPECT_THAT(outbox().back().text, HasSubstr("no se ha hecho nada"));
  EXPECT_EQ(staff_notes().size(), 1U);
}

TEST_F(TurnTest, StaffHearsOnceOfABookingInDoubtAndTheGuestStillGetsIt) {
  hear(kRequest);
  hear("Ana Bello");
  pms.lose_next_answer();
  auto yes = arrive("sí");
  ASSERT_TRUE(turn.handle(yes));
  pms.down = true;
  const auto before = outbox().size();
  for (int i = 0; i < 3; ++i) {
    clock.advance(Millis{900'000});
    Turn another{*store, clock, hotels, meter, [](const auto&) {}};  // another host, or after a restart
    ASSERT_TRUE(another.handle(yes));
  }
  ASSERT_EQ(staff_notes().size(), 1U);
  EXPECT_THAT(staff_notes()[0], AllOf(HasSubstr("No se sabe"), HasSubstr("Ana Bello"), HasSubstr("AH")));
  EXPECT_EQ(outbox().size(), before) << "the guest waits";

  pms.down = false;
  clock.advance(Millis{900'000});
  EXPECT_FALSE(turn.handle(yes));
  EXPECT_EQ(pms.book_calls, 1);
  EXPECT_THAT(outbox().back().text, HasSubstr("H-1"));
  EXPECT_EQ(staff_notes().size(), 1U);
}

TEST_F(TurnTest, WhoWritesBehindAMessageThatWaitsForSomethingElseIsToldNothing) {
  const auto first = arrive("Hola");
  const auto later = arrive("¿hola?");
  turn.keep_company(first, later);
  EXPECT_TRUE(outbox().empty());
}

// The last room is taken by the guest's own booking: seen anew it would look sold out.
TEST_F(TurnTest, CrashAfterTheLastRoomWasBookedStillEndsInItsConfirmation) {
  pms.units_left = 1;
  hear(kRequest);
  hear("Ana Bello");
  pms.lose_next_answer();
  auto yes = arrive("sí");
  ASSERT_TRUE(turn.handle(yes));
  std::optional<store::Inbound> stored;
  ASSERT_TRUE(store->read([&](store::sql::Connection& c) { stored = store::inbound::find(c, yes.id); }));
  clock.advance(Millis{60'000});
  Turn another{*store, clock, hotels, meter, [](const auto&) {}};  // after a restart
  EXPECT_FALSE(another.handle(*stored));
  EXPECT_EQ(reservations()[0].status, store::ReservationStatus::kConfirmed);
}

TEST_F(TurnTest, BookingOfAnotherGuestIsNotFoundAndNotCancelled) {
  hear(kRequest);
  hear("Ana Bello");
  hear("sí");
  pms.bookings[0].phone.clear();  // not even the PMS knows whose it is
  EXPECT_FALSE(hear("quiero cancelar la reserva H-1", "34999888777"));
  EXPECT_FALSE(hear("sí", "34999888777"));
  EXPECT_EQ(pms.live(), 1U);
}

TEST_F(TurnTest, UnknownHotelIsAFailedMessageAndNotAnEndlessRetry) {
  auto message = arrive("Hola");
  message.guest.hotel = "luna";
  EXPECT_TRUE(store->write([&](store::sql::Connection& c) { store::inbound::insert(c, message); }));
  EXPECT_FALSE(turn.handle(message));
}

TEST_F(TurnTest, DateOfAMessageFromTheFutureOrTheDistantPastIsNotBelieved) {
  for (const auto* provider_time : {"2031-01-01T00:00:00Z", "2009-02-13T23:31:30Z"}) {
    auto message = arrive("quiero una doble para mañana, 2 noches, 2 adultos", provider_time);
    message.provider_time = parse_time(provider_time).value();
    EXPECT_FALSE(turn.handle(message));
    ASSERT_EQ(reservations(provider_time).size(), 1U);
    EXPECT_EQ(reservations(provider_time)[0].checkin, parse_day("2026-09-16"));
  }
}

/// Notes which messages were shown as read.
class Watching final : public plugins::Channel {
 public:
  [[nodiscard]] const std::string& id() const override { return id_; }
  Result<std::string> send(const plugins::OutboundMessage&, std::string_view) override { return nothing(); }
  Result<plugins::HttpOut> on_http(const plugins::HttpIn&, plugins::Staged&, std::string_view) override {
    return nothing();
  }
  Result<std::string> lookup(std::string_view, std::string_view) override { return nothing(); }
  Result<std::vector<plugins::Check>> self_test() override { return nothing(); }
  Result<void> seen(const plugins::SeenMessage& message, std::string_view) override {
    const std::lock_guard lock(mutex_);
    seen_.push_back(message.external_id);
    return {};
  }
  std::vector<std::string> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  static Error nothing() { return {Code::kUnsupported, "not in this test"}; }

  const std::string id_ = "whatsapp";
  std::mutex mutex_;
  std::vector<std::string> seen_;
};

struct PresenceOfTurns : TurnTest {
  Watching channel;
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
    EXPECT_TRUE(testing::eventually([&] { return !channel.seen().empty() && channel.seen().back() == last; }));
    return channel.seen();
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
