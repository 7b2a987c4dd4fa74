#include "messaging/choices.hpp"

#include <gtest/gtest.h>

#include "messaging/test_support.hpp"

namespace agente::messaging {
namespace {

const concierge::Choices kRooms{.label = "Ver habitaciones",
                                .each = {{"room:7:double", "Doble", "300.00 EUR"},
                                         {"room:7:twin", "Doble con dos camas", ""},
                                         {"room:7:view", "Doble con vistas al mar y al puerto", ""}}};

struct ChoicesTest : ::testing::Test {
  ManualClock clock{parse_time("2026-09-15T12:00:00Z").value()};
  testing::TemporaryStore store{clock};
  const store::GuestKey ana{"sol", "whatsapp", "34600111222"};

  void SetUp() override {
    offer("wamid.1", ana, std::string(kChoices), details_of(kRooms));
    offer("wamid.2", ana, "text", "");
  }
  void offer(const std::string& id, const store::GuestKey& guest, const std::string& kind, const std::string& details) {
    ASSERT_TRUE(store->write([&](store::sql::Connection& connection) {
      store::outbound::insert(connection, {.id = connection.next_id(),
                                           .guest = guest,
                                           .kind = kind,
                                           .text = "¿Cuál?",
                                           .details = details,
                                           .status = store::OutboundStatus::kSent,
                                           .created_at = clock.now(),
                                           .external_id = id});
    }));
  }
  std::optional<std::string> tapped(const store::Inbound& message) {
    std::optional<std::string> choice;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) { choice = tapped_in(c, message); }));
    return choice;
  }
  std::optional<std::string> tapped(const std::string& title, const std::string& below) {
    return tapped({.guest = ana, .kind = "interactive", .text = title, .reply_to = below});
  }
};

TEST_F(ChoicesTest, ATapIsFoundInTheMessageItStandsBelow) {
  EXPECT_EQ(tapped("Doble", "wamid.1"), "room:7:double");
  EXPECT_EQ(tapped("Doble con dos camas", "wamid.1"), "room:7:twin");
}

TEST_F(ChoicesTest, WhatTheChannelNamesIsTappedWhateverItIsCalledAndWhereverItStands) {
  EXPECT_EQ(tapped({.guest = ana, .kind = "interactive", .text = "Double", .choice = "room:7:twin"}), "room:7:twin");
  EXPECT_EQ(tapped({.guest = ana, .kind = "text", .text = "Doble", .choice = "room:7:twin"}), std::nullopt);
}

TEST_F(ChoicesTest, WhatHeWasNotShownBeforeHeWroteHeCannotMean) {
  using enum store::OutboundStatus;
  const auto offered = [&](store::Id id) {
    auto how = Shown::kNotYet;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) {
      how = how_shown(c, {.id = id, .guest = ana, .kind = "text", .text = "sí"}, "room:7:twin");
    }));
    return how;
  };
  const auto now_is = [&](store::OutboundStatus status, std::optional<Time> next_attempt) {
    EXPECT_TRUE(store->write([&](store::sql::Connection& c) {
      auto offer = store::outbound::find_by_external_id(c, "whatsapp", "wamid.1").value();
      offer.status = status;
      offer.next_attempt_at = next_attempt;
      offer.sent_at = clock.now();
      store::outbound::update(c, offer);
    }));
  };
  store::Id shown = 0;
  EXPECT_TRUE(store->read([&](store::sql::Connection& c) {
    shown = store::outbound::find_by_external_id(c, "whatsapp", "wamid.1").value().id;
  }));
  EXPECT_EQ(offered(shown - 1), Shown::kNotYet) << "it was stored before";
  EXPECT_EQ(offered(shown + 1), Shown::kOut);
  for (const auto status : {kSending, kDoubtful, kRead}) {
    now_is(status, clock.now());
    EXPECT_EQ(offered(shown + 1), Shown::kOut) << store::name_of(status);
  }
  for (const auto status : {kPending, kFailed, kHeld}) {
    now_is(status, clock.now());
    EXPECT_EQ(offered(shown + 1), Shown::kStuck) << store::name_of(status);
  }
  constexpr store::Id kSecond = store::Id{1'000} * 4096;
  now_is(kPending, {});
  EXPECT_EQ(offered(shown + kSecond), Shown::kNotYet) << "it is just about to go";
  EXPECT_EQ(offered(shown + 6 * kSecond), Shown::kStuck) << "another one before it is put off";
}

TEST_F(ChoicesTest, ATitleThatTheChannelCutIsKnown) {
  EXPECT_EQ(tapped("Doble con vistas al mar…", "wamid.1"), "room:7:view");
  EXPECT_EQ(tapped("Doble con…", "wamid.1"), "");  // could be either
}

TEST_F(ChoicesTest, OfATapBelowAnythingElseNothingIsKnown) {
  offer("wamid.3", {"sol", "whatsapp", "34600333444"}, std::string(kChoices), details_of(kRooms));
  EXPECT_EQ(tapped("Doble", "wamid.2"), "");
  EXPECT_EQ(tapped("Doble", "wamid.3"), "");  // another guest's
  EXPECT_EQ(tapped("Doble", "wamid.unknown"), "");
  EXPECT_EQ(tapped("Suite", "wamid.1"), "");
  EXPECT_EQ(tapped("Doble", ""), "") << "nobody knows below what he tapped";
}

TEST_F(ChoicesTest, WhatIsTypedIsNoTapEvenIfItQuotesAMessage) {
  EXPECT_EQ(tapped({.guest = ana, .kind = "text", .text = "Doble", .reply_to = "wamid.1"}), std::nullopt);
  EXPECT_EQ(tapped({.guest = ana, .kind = "button", .text = "Doble"}), std::nullopt);
}

}  // namespace
}  // namespace agente::messaging
