#pragma once

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "concierge/conversation.hpp"
#include "store/columns.hpp"
#include "store/repositories.hpp"
#include "store/store.hpp"

/// A store as it is after 90 days: messages and their answers, all done.
namespace agente::bench {

inline std::int64_t guests_of(std::int64_t messages) { return std::max<std::int64_t>(messages / 10, 1); }
inline std::string sender_of(std::int64_t guest) { return "346" + std::to_string(10'000'000 + guest); }

/// ?1 the first message, ?2 one after the last, ?3 the moment of message 0, ?4 milliseconds from one to the next, ?5
/// guests. Guests come in an order that is not that of their names.
inline constexpr std::string_view kInbound = R"(
WITH RECURSIVE n(i) AS (SELECT CAST(?1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < CAST(?2 AS BIGINT) - 1),
m(i, at, sender) AS (SELECT i, CAST(?3 AS BIGINT) + CAST(i * CAST(?4 AS BIGINT) / 1000 AS BIGINT),
  '346' || CAST(10000000 + i * 7919 % CAST(?5 AS BIGINT) AS TEXT) FROM n)
INSERT INTO inbound_messages (hotel_id, channel, account, provider_time, external_id, id, sender, received_at,
  sender_name, kind, body, reply_to, status, results, trace, processed_at, failure, raw, part)
SELECT 'sol', 'whatsapp', '1065', at, 'wamid.HBgLNTQ5' || CAST(i AS TEXT), at * 4096 + i % 2048 * 2, sender, at, 'Ana',
  'text', 'Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas', '', 'processed', '', 't', at, '',
  CAST(CAST(?6 AS TEXT) AS {{bytes}}), i % 32 FROM m)";

inline constexpr std::string_view kOutbound = R"(
WITH RECURSIVE n(i) AS (SELECT CAST(?1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < CAST(?2 AS BIGINT) - 1),
m(i, at, sender) AS (SELECT i, CAST(?3 AS BIGINT) + CAST(i * CAST(?4 AS BIGINT) / 1000 AS BIGINT),
  '346' || CAST(10000000 + i * 7919 % CAST(?5 AS BIGINT) AS TEXT) FROM n)
INSERT INTO outbound_messages (hotel_id, id, channel, account, sender, in_reply_to, kind, body, language,
  quotes_external_id, status, attempts, created_at, next_attempt_at, sent_at, external_id, failure_code,
  failure_reason, possibly_duplicated, trace, part)
SELECT 'sol', at * 4096 + i % 2048 * 2 + 1, 'whatsapp', '1065', sender, at * 4096 + i % 2048 * 2, 'text',
  '¡Hola! Tengo una habitación doble del 12 al 15 de marzo por 300 EUR. ¿A qué nombre hago la reserva?', 'es', '',
  'read', 1, at, NULL, at, 'wamid.out.' || CAST(i AS TEXT), '', '', 0, 't', i % 32 FROM m)";

/// ?1 the first guest, ?2 one after the last, ?3 the moment, ?4 the document.
inline constexpr std::string_view kConversations = R"(
WITH RECURSIVE n(i) AS (SELECT CAST(?1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < CAST(?2 AS BIGINT) - 1)
INSERT INTO conversations (hotel_id, channel, sender, account, state, language, document, updated_at)
SELECT 'sol', 'whatsapp', '346' || CAST(10000000 + i AS TEXT), '1065', 'idle', 'es', CAST(?4 AS TEXT), CAST(?3 AS BIGINT) FROM n)";

/// One guest in five has booked.
inline constexpr std::string_view kReservations = R"(
WITH RECURSIVE n(i) AS (SELECT CAST(?1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < CAST(?2 AS BIGINT) - 1)
INSERT INTO reservations (hotel_id, id, channel, sender, status, guest_name, room_type, checkin, checkout, adults,
  children, rooms, total_minor, currency, pms_backend, pms_booking_id, reference, reason, created_at, updated_at)
SELECT 'sol', CAST(?3 AS BIGINT) * 4096 + i, 'whatsapp', '346' || CAST(10000000 + i AS TEXT), 'CONFIRMED', 'Ana Bello',
  'double', '2026-03-12', '2026-03-15', 2, 0, 1, 30000, 'EUR', 'instant', 'F-' || CAST(i AS TEXT),
  'AH-' || CAST(i AS TEXT), '', CAST(?3 AS BIGINT), CAST(?3 AS BIGINT) FROM n WHERE i % 5 = 0)";

inline constexpr std::string_view kReservationEvents = R"(
WITH RECURSIVE n(i) AS (SELECT CAST(?1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < CAST(?2 AS BIGINT) - 1)
INSERT INTO reservation_events (hotel_id, reservation_id, number, happened_at, old_status, new_status, pms_booking_id,
  reason)
SELECT 'sol', CAST(?3 AS BIGINT) * 4096 + i, 1, CAST(?3 AS BIGINT), '', 'CONFIRMED', 'F-' || CAST(i AS TEXT), ''
FROM n WHERE i % 5 = 0)";

/// Some thousand at a time: no statement may take longer than the store lets it.
inline void in_steps(store::Store& store, std::int64_t count,
                     const std::function<void(store::sql::Connection&, std::int64_t first, std::int64_t end)>& step) {
  constexpr std::int64_t kStep = 20'000;
  for (std::int64_t first = 0; first < count; first += kStep) {
    const auto done = store.write([&](store::sql::Connection& c) { step(c, first, std::min(first + kStep, count)); });
    if (!done) throw std::runtime_error("the store cannot be filled: " + done.error().text);
  }
}

inline void fill(store::Store& store, std::int64_t messages, Time now) {
  constexpr Millis kHistory = std::chrono::days{90};
  const auto begin = (now - kHistory).time_since_epoch().count();
  const auto thousandths = (kHistory - Millis{60'000}).count() * 1000 / messages;
  const auto guests = guests_of(messages);
  const std::string raw(500, 'r'), document = concierge::to_json({}).dump();
  std::string inbound(kInbound);
  inbound.replace(inbound.find("{{bytes}}"), 9, store.is_remote() ? "BYTEA" : "BLOB");

  in_steps(store, messages, [&](auto& c, std::int64_t first, std::int64_t end) {
    c.execute(inbound, store::values(first, end, begin, thousandths, guests, raw));
    c.execute(kOutbound, store::values(first, end, begin, thousandths, guests));
  });
  in_steps(store, guests, [&](auto& c, std::int64_t first, std::int64_t end) {
    c.execute(kConversations, store::values(first, end, begin, document));
    c.execute(kReservations, store::values(first, end, begin));
    c.execute(kReservationEvents, store::values(first, end, begin));
  });
}

}  // namespace agente::bench
