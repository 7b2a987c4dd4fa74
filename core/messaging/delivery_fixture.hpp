#pragma once

#include <gmock/gmock.h>

#include "messaging/delivery.hpp"
#include "messaging/intake.hpp"
#include "messaging/receipts.hpp"
#include "messaging/test_support.hpp"

namespace agente::messaging {

using store::Outbound;
using store::OutboundStatus;
using testing::eventually;

inline const Time kNoon = parse_time("2026-09-15T12:00:00Z").value();

/// The outbox of one channel that does as it is told, and receipts as a provider brings them.
struct DeliveryTest : ::testing::Test {
  explicit DeliveryTest(Delivery::Settings with = {.workers = 2}) : settings(with) {}

  const Delivery::Settings settings;
  ManualClock clock{kNoon};
  testing::TemporaryStore store{clock};
  Metrics metrics;
  Meter meter{metrics, [](std::string_view id) { return std::string(id); }};
  testing::ScriptedChannel channel;
  Delivery delivery{*store, clock, meter, [this](const std::string&) { return &channel; }, settings};
  Intake intake{*store,
                clock,
                meter,
                {.message_came = [] {}, .receipt_changed = [this](const Outbound& m) { delivery.receipt_changed(m); }}};

  store::Id put_file(const std::string& guest) {
    store::Id id = 0;
    EXPECT_TRUE(store->write([&](store::sql::Connection& connection) {
      id = connection.next_id();
      store::outbound::insert(connection, {.id = id,
                                           .guest = {"sol", "whatsapp", guest},
                                           .account = "1",
                                           .kind = "image",
                                           .text = "",
                                           .created_at = clock.now()});
    }));
    return id;
  }
  store::Id put(const std::string& guest, const std::string& text, OutboundStatus status = OutboundStatus::kPending,
                std::optional<Time> next_attempt_at = {}, const std::string& kind = "text") {
    store::Id id = 0;
    const auto written = store->write([&](store::sql::Connection& connection) {
      id = connection.next_id();
      store::outbound::insert(connection, {.id = id,
                                           .guest = {"sol", "whatsapp", guest},
                                           .account = "1",
                                           .kind = kind,
                                           .text = text,
                                           .status = status,
                                           .attempts = status == OutboundStatus::kPending ? 0 : 1,
                                           .created_at = clock.now(),
                                           .next_attempt_at = next_attempt_at});
    });
    EXPECT_TRUE(written);
    return id;
  }
  Outbound row(store::Id id) {
    std::optional<Outbound> found;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) { found = store::outbound::find(c, id); }));
    return found.value();
  }
  /// "type body" of each event.
  std::vector<std::string> events() {
    std::vector<std::string> found;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) {
      found.clear();
      for (const auto& each : store::events::list(c, "sol", 0, 100)) found.push_back(each.type + " " + each.body);
    }));
    return found;
  }
  bool becomes(store::Id id, OutboundStatus status) {
    return eventually([&] { return row(id).status == status; });
  }
  bool waits_for_second_attempt(store::Id id) {
    return eventually([&] {
      const auto now = row(id);  // one look: two could see two states
      return now.status == OutboundStatus::kPending && !now.failure_reason.empty();
    });
  }
  void receipt(store::Id id, plugins::ReceiptState state, const std::string& code = "") {
    EXPECT_TRUE(intake.commit("whatsapp",
                              {.receipts = {{.state = state,
                                             .account = "1",
                                             .key = key_of(id),
                                             .external_id = "wamid." + key_of(id),
                                             .code = code,
                                             .reason = code.empty() ? "" : "Message undeliverable"}}},
                              "trace"));
  }
};

}  // namespace agente::messaging
