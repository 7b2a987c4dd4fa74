// Providers bring a guest's messages in any order. What arrives within a moment is handled as he wrote it.
#include "messaging/turn_fixture.hpp"

namespace agente::messaging {
namespace {

using ::testing::ElementsAre;

struct GatheringTest : TurnTest {
  static constexpr Millis kMoment{1000};
  const Time start = parse_time("2026-09-15T12:00:00Z").value();

  GatheringTest() { turn.gathers_for(kMoment); }

  /// Written so many seconds after noon.
  store::Inbound arrives(const std::string& text, int written, const std::string& kind = "text") {
    store::Inbound message{.guest = {"sol", "whatsapp", "34600111222"},
                           .external_id = text,
                           .provider_time = parse_time("2026-09-15T12:00:00Z").value() + std::chrono::seconds(written),
                           .received_at = clock.now(),
                           .kind = kind,
                           .text = text};
    EXPECT_TRUE(store->write([&](store::sql::Connection& connection) {
      message.id = connection.next_id();
      store::inbound::insert(connection, message);
    }));
    return message;
  }
  store::Inbound amends(const store::Inbound& message, const std::string& kind, const std::string& text, int written,
                        const std::string& by = "34600111222") {
    store::Inbound amendment = message;
    amendment.guest.sender = by;
    amendment.external_id = kind + message.external_id;
    amendment.provider_time += std::chrono::seconds(written);
    amendment.kind = kind;
    amendment.text = text;
    amendment.reply_to = message.external_id;
    EXPECT_TRUE(store->write([&](store::sql::Connection& connection) {
      amendment.id = connection.next_id();
      store::inbound::insert(connection, amendment);
    }));
    return amendment;
  }
  /// Written before `message` and at the door in its moment, but committed only now.
  store::Inbound overtakes(const store::Inbound& message, const std::string& text) {
    store::Inbound earlier = message;
    earlier.external_id = text + message.external_id;
    earlier.provider_time -= std::chrono::seconds(1);
    earlier.received_at += Millis{1};
    earlier.text = text;
    EXPECT_TRUE(store->write([&](store::sql::Connection& connection) {
      earlier.id = connection.next_id();
      store::inbound::insert(connection, earlier);
    }));
    return earlier;
  }
  /// Tried again whenever it may be, as its lane does.
  void handle(store::Inbound& message) {
    for (int tries = 0; tries < 10; ++tries) {
      const auto again = turn.handle(message);
      if (!again) return;
      clock.advance(std::chrono::duration_cast<Millis>(*again - clock.steady()));
    }
    ADD_FAILURE() << "it is never done";
  }
  std::vector<std::string> handled() {
    std::vector<store::Id> replied_to;
    for (const auto& reply : outbox()) {
      if (replied_to.empty() || replied_to.back() != reply.in_reply_to) replied_to.push_back(reply.in_reply_to);
    }
    std::vector<std::string> texts;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) {
      for (const auto id : replied_to) texts.push_back(store::inbound::find(c, id)->text);
    }));
    return texts;
  }
};

TEST_F(GatheringTest, AMessageWaitsForAMomentAndNoLonger) {
  auto hello = arrives("Hola", 0);
  const auto again = turn.handle(hello);
  ASSERT_TRUE(again);
  EXPECT_EQ(*again - clock.steady(), kMoment);
  EXPECT_TRUE(outbox().empty());
  clock.advance(kMoment);
  EXPECT_FALSE(turn.handle(hello));
  EXPECT_EQ(outbox().size(), 1U);
}

TEST_F(GatheringTest, WhatArrivedInTheMomentIsHandledInTheOrderInWhichItWasWritten) {
  clock.advance(Millis{9'000});
  auto third = arrives("tres", 3);
  auto first = arrives("uno", 1);
  auto second = arrives("dos", 2);
  for (auto* message : {&third, &first, &second}) handle(*message);
  EXPECT_THAT(handled(), ElementsAre("uno", "dos", "tres"));
}

TEST_F(GatheringTest, WhatWasWrittenInTheSameSecondIsHandledAsItArrived) {
  auto one = arrives("uno", 0);
  auto two = arrives("dos", 0);
  handle(one);
  handle(two);
  EXPECT_THAT(handled(), ElementsAre("uno", "dos"));
}

TEST_F(GatheringTest, WhatArrivesAfterTheMomentOvertakesNobody) {
  clock.advance(Millis{9'000});
  auto second = arrives("dos", 2);
  clock.advance(kMoment + Millis{1});
  auto first = arrives("uno", 1);
  handle(second);
  handle(first);
  EXPECT_THAT(handled(), ElementsAre("dos", "uno"));
}

TEST_F(GatheringTest, WhoWaitsForThePmsIsNotOvertaken) {
  for (const auto* text : {kRequest, "Ana Bello"}) {
    auto message = arrives(text, 0);
    handle(message);
  }
  clock.advance(Millis{4'000});
  auto yes = arrives("sí", 4);
  clock.advance(kMoment);
  pms.down = true;
  ASSERT_TRUE(turn.handle(yes));
  auto earlier = arrives("mejor no", 2);
  pms.down = false;
  handle(yes);
  handle(earlier);
  EXPECT_EQ(pms.live(), 1U);
}

TEST_F(GatheringTest, ActsOfStaffWaitForNothingAndOldChatsOvertakeNobody) {
  clock.advance(Millis{9'000});
  auto resume = arrives("", 9, "staff_resumed");
  EXPECT_FALSE(turn.handle(resume));
  clock.advance(Millis{100'000'000});
  auto hello = arrives("Hola", 100'009);
  arrives("de ayer", 1, "history");
  handle(hello);
  EXPECT_THAT(handled(), ElementsAre("Hola"));
}

TEST_F(GatheringTest, WhatHeTookBackInTheMomentIsNotAnsweredAndWhatHeChangedIsReadAsChanged) {
  auto wrong = arrives("para 9 personas", 0);
  auto right = arrives("del 12 al 15 de marzo", 1);
  auto revoke = amends(wrong, "revoke", "", 2);
  auto edit = amends(right, "edit", "del 12 al 14 de marzo", 3);
  for (auto* message : {&wrong, &right, &revoke, &edit}) handle(*message);
  EXPECT_THAT(handled(), ElementsAre("del 12 al 15 de marzo"));
  EXPECT_THAT(outbox().at(0).text, ::testing::HasSubstr("14 de marzo"));
}

TEST_F(GatheringTest, ABookingThatMayBeMadeIsBroughtToItsEndWhateverHeDeletesOrEditsMeanwhile) {
  for (const auto* kind : {"revoke", "edit", "text"}) {
    SCOPED_TRACE(kind);
    const auto before = pms.live();
    const auto noon = std::chrono::duration_cast<std::chrono::seconds>(clock.now() - start).count();
    for (const auto* text : {kRequest, "Ana Bello"}) {
      auto message = arrives(text, static_cast<int>(noon));
      handle(message);
    }
    auto yes = arrives("sí", static_cast<int>(noon) + 5);
    clock.advance(kMoment);
    pms.lose_next_answer();
    ASSERT_TRUE(turn.handle(yes)) << "the PMS has booked, and nobody has heard of it";
    auto meanwhile = std::string(kind) == "text" ? overtakes(yes, "mejor no") : amends(yes, kind, "no", 1);
    handle(yes);
    EXPECT_EQ(pms.live(), before + 1);
    EXPECT_THAT(outbox().back().text, ::testing::HasSubstr("Número de reserva"));
    handle(meanwhile);
    EXPECT_EQ(pms.live(), before + 1);
  }
}

TEST_F(GatheringTest, AYesThatWasThereBeforeTheSummaryBooksNothing) {
  auto wish = arrives(std::string(kRequest) + ", a nombre de Ana Bello", 0);
  auto yes = arrives("vale", 1);
  handle(wish);
  ASSERT_THAT(outbox().back().text, ::testing::HasSubstr("300.00 EUR"));
  handle(yes);
  EXPECT_EQ(pms.live(), 0U) << "he did not know the price";
  EXPECT_THAT(outbox().back().text, ::testing::HasSubstr("¿La confirmo?"));
  EXPECT_TRUE(store->write([&](store::sql::Connection& c) {
    for (auto& reply : store::outbound::list_unsent(c, store::kAllParts, 0, 9)) {
      reply.status = store::OutboundStatus::kSent;
      store::outbound::update(c, reply);
    }
  }));
  auto second = arrives("vale", 2);
  handle(second);
  EXPECT_EQ(pms.live(), 1U);
}

TEST_F(GatheringTest, WhatWasEditedBeforeItsTurnBeganIsStillSoWhenTheTurnGoesOn) {
  for (const auto* text : {kRequest, "Ana Bello"}) {
    auto message = arrives(text, 0);
    handle(message);
  }
  auto no = arrives("no", 1);
  auto edit = amends(no, "edit", "sí", 1);
  clock.advance(kMoment);
  pms.lose_next_answer();
  ASSERT_TRUE(turn.handle(no)) << "it is booked, and nobody has heard of it";
  EXPECT_EQ(pms.live(), 1U);
  auto after_a_kill = no;
  EXPECT_TRUE(store->read([&](auto& c) { after_a_kill = store::inbound::find(c, no.id).value(); }));
  handle(after_a_kill);
  EXPECT_EQ(pms.live(), 1U);
  EXPECT_THAT(outbox().back().text, ::testing::HasSubstr("Número de reserva"));
  handle(edit);
}

TEST_F(GatheringTest, AnotherHostsClockThatIsALittleAheadKeepsNothingFromBeingGathered) {
  auto second = arrives("del 12 al 15 de marzo", 1);
  auto first = arrives("Hola, quiero reservar una doble", 0);
  clock.set(clock.now() - Millis{20});
  ASSERT_TRUE(turn.handle(second));
  clock.advance(kMoment + Millis{20});
  for (auto* message : {&second, &first}) handle(*message);
  EXPECT_THAT(handled(), ElementsAre("Hola, quiero reservar una doble", "del 12 al 15 de marzo"));
}

TEST_F(GatheringTest, WhoWritesOnWhileWhatOvertookIsInSuspenseIsToldThatItGoesOn) {
  for (const auto* text : {kRequest, "Ana Bello"}) {
    auto message = arrives(text, 0);
    handle(message);
  }
  auto hello = arrives("¿hola?", 9);
  arrives("sí", 5);
  clock.advance(kMoment);
  pms.lose_next_answer();
  ASSERT_TRUE(turn.handle(hello));
  turn.keep_company(hello, arrives("¿sigue ahí?", 20));
  EXPECT_THAT(outbox().back().text, ::testing::HasSubstr("aún no está hecha"));
}

TEST_F(GatheringTest, WhatHeTakesBackLaterIsAnsweredNoMoreIfTheAnswerHasNotGoneOut) {
  auto hello = arrives("Hola", 0);
  auto pets = arrives("¿aceptan mascotas?", 1);
  handle(hello);
  handle(pets);
  const auto answers = outbox();
  ASSERT_EQ(answers.size(), 2U);
  auto sent = answers[0];
  sent.status = store::OutboundStatus::kSending;
  EXPECT_TRUE(store->write([&](store::sql::Connection& c) { store::outbound::update(c, sent); }));
  for (auto* message : {&hello, &pets}) {
    auto revoke = amends(*message, "revoke", "", 60);
    clock.advance(Millis{60'000});
    handle(revoke);
  }
  std::vector<store::Outbound> now;
  EXPECT_TRUE(store->read([&](store::sql::Connection& c) {
    for (const auto& answer : answers) now.push_back(store::outbound::find(c, answer.id).value());
  }));
  EXPECT_EQ(now[0].status, store::OutboundStatus::kSending) << "it may be out";
  EXPECT_EQ(now[1].status, store::OutboundStatus::kFailed);
  EXPECT_EQ(now[1].failure_reason, "the guest has taken back what it answers");
}

TEST_F(GatheringTest, WhoTakesHisYesBackIsToldOfHisBookingAllTheSame) {
  std::vector<store::Inbound> messages;
  for (const auto* text : {kRequest, "Ana Bello", "sí"}) {
    messages.push_back(arrives(text, 0));
    handle(messages.back());
  }
  const auto told = outbox();
  auto revoke = amends(messages.back(), "revoke", "", 60);
  clock.advance(Millis{60'000});
  handle(revoke);
  EXPECT_EQ(pms.live(), 1U);
  EXPECT_EQ(outbox().size(), told.size());
  EXPECT_THAT(outbox().back().text, ::testing::HasSubstr("Número de reserva"));
}

TEST_F(GatheringTest, AnotherGuestTakesNothingBack) {
  auto hello = arrives("Hola", 0);
  auto revoke = amends(hello, "revoke", "", 1, "34600999999");
  handle(revoke);
  handle(hello);
  EXPECT_THAT(handled(), ElementsAre("Hola"));
}

TEST_F(GatheringTest, AMessageOfBeforeAnOutageIsForAPersonUnlessItsBookingIsUnderWay) {
  turn.answers_within(std::chrono::minutes(15));
  for (const auto* text : {kRequest, "Ana Bello"}) {
    auto message = arrives(text, 0);
    handle(message);
  }
  pms.down = true;
  auto yes = arrives("sí", 10);
  clock.advance(kMoment);
  ASSERT_TRUE(turn.handle(yes));
  clock.advance(std::chrono::minutes(20));
  pms.down = false;
  handle(yes);
  EXPECT_EQ(pms.live(), 1U) << "he accepted, and it was asked of the PMS when he did";

  auto question = arrives("¿tienen piscina?", 20);
  handle(question);
  EXPECT_THAT(outbox().back().text, ::testing::HasSubstr("con retraso"));
  EXPECT_THAT(staff_notes().back(), ::testing::HasSubstr("piscina"));
}

/// The store of several hosts, whose server has a clock of its own.
class Shared final : public store::Store {
 public:
  Shared(store::Store& real, const Time& now) : real_(real), now_(now) {}
  Result<void> write(const Work& work) override { return real_.write(work); }
  Result<void> read(const Work& work) override { return real_.read(work); }
  Result<void> health() override { return real_.health(); }
  std::optional<Time> shared_time() override { return now_; }

 private:
  store::Store& real_;
  const Time& now_;
};

TEST_F(GatheringTest, HowOldAMessageIsIsToldByTheClockThatTheHostsShare) {
  auto right_time = start;
  Shared shared(*store, right_time);
  Turn among_others(shared, clock, hotels, meter, [](const auto&) {});
  among_others.answers_within(std::chrono::minutes(15));
  const auto says = [&](store::Inbound message) {
    EXPECT_FALSE(among_others.handle(message));
    return outbox().back().text;
  };
  clock.set(start + std::chrono::hours(3));
  EXPECT_THAT(says(arrives("¿tienen piscina?", 0)), ::testing::Not(::testing::HasSubstr("con retraso")));
  clock.set(start - std::chrono::hours(3));
  const auto at_a_host_that_is_behind = arrives("¿y desayuno?", 1);
  clock.set(start);
  EXPECT_THAT(says(at_a_host_that_is_behind), ::testing::Not(::testing::HasSubstr("con retraso")));
  clock.set(start + std::chrono::hours(3));
  right_time += std::chrono::hours(2);
  EXPECT_THAT(says(arrives("¿y garaje?", 2)), ::testing::HasSubstr("con retraso"));
}

TEST_F(GatheringTest, AClockThatIsSetBackHoldsNobody) {
  auto hello = arrives("Hola", 0);
  clock.set(clock.now() - std::chrono::hours(1));
  EXPECT_FALSE(turn.handle(hello));
}

}  // namespace
}  // namespace agente::messaging
