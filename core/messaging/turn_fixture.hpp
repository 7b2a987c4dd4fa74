#pragma once

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "messaging/test_support.hpp"
#include "messaging/turn.hpp"
#include "pms/scripted_pms.hpp"

namespace agente::messaging {

inline constexpr const char* kRequest = "Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas";

/// A hotel, its PMS that does as it is told, and a guest whose messages are handled one by one.
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

}  // namespace agente::messaging
