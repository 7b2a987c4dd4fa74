#include "store/guests.hpp"

#include "store/columns.hpp"

namespace agente::store::guests {

namespace {

constexpr std::string_view kIntents = R"(
SELECT quote, kind, reference, hotel_id, channel, sender, request, state, attempts, settles_at, result, created_at,
  updated_at
FROM booking_intents WHERE hotel_id = ?1 AND channel = ?2 AND sender = ?3 ORDER BY created_at, quote)";
constexpr std::string_view kReceived = R"(
SELECT COUNT(*) FROM inbound_messages
WHERE status = 'received' AND hotel_id = ?1 AND channel = ?2 AND sender = ?3)";
constexpr std::string_view kUnsent = R"(
SELECT COUNT(*) FROM outbound_messages
WHERE status IN ('pending', 'sending', 'doubtful') AND hotel_id = ?1 AND channel = ?2 AND sender = ?3)";
constexpr std::string_view kOpen = R"(
SELECT COUNT(*) FROM booking_intents
WHERE state IN ('open', 'attempted') AND hotel_id = ?1 AND channel = ?2 AND sender = ?3)";

constexpr std::string_view kEraseInbound = R"(
UPDATE inbound_messages SET sender = ?3, sender_name = '', body = '', reply_to = '', choice = '', results = '',
  failure = '', raw = ?4
WHERE hotel_id = ?1 AND id = ?2)";
constexpr std::string_view kEraseKey = "UPDATE inbound_messages SET external_id = ?3 WHERE hotel_id = ?1 AND id = ?2";
// The provider's id becomes the pseudonym, not '': a late receipt would write an empty one anew.
constexpr std::string_view kEraseOutbound = R"(
UPDATE outbound_messages SET sender = ?3, body = '', details = '', quotes_external_id = '', external_id = ?3,
  failure_reason = ''
WHERE hotel_id = ?1 AND id = ?2)";
constexpr std::string_view kEraseConversation = R"(
UPDATE conversations SET sender = ?4, document = '{}' WHERE hotel_id = ?1 AND channel = ?2 AND sender = ?3)";
constexpr std::string_view kEraseReservations = R"(
UPDATE reservations SET sender = ?4, guest_name = '' WHERE hotel_id = ?1 AND channel = ?2 AND sender = ?3)";
constexpr std::string_view kEraseRemarks =
    "UPDATE surveys SET remark = '' WHERE hotel_id = ?1 AND reservation_id = ?2 AND remark <> ''";

std::int64_t count(sql::Connection& connection, std::string_view statement, const GuestKey& guest) {
  return first(connection, statement, values(guest.hotel, guest.channel, guest.sender),
               [](Columns& in) { return in.integer(); })
      .value_or(0);
}

}  // namespace

std::vector<StatusChange> history(sql::Connection& connection, std::string_view hotel, Id reservation) {
  constexpr std::string_view kHistory = R"(
SELECT happened_at, old_status, new_status, pms_booking_id, reason FROM reservation_events
WHERE hotel_id = ?1 AND reservation_id = ?2 ORDER BY number)";
  return collect(connection, kHistory, values(hotel, reservation), [](Columns& in) {
    return StatusChange{.at = in.time(),
                        .old_status = in.text(),
                        .new_status = in.text(),
                        .pms_booking_id = in.text(),
                        .reason = in.text()};
  });
}

std::vector<Intent> intents(sql::Connection& connection, const GuestKey& guest) {
  return collect(connection, kIntents, values(guest.hotel, guest.channel, guest.sender), [](Columns& in) {
    Intent intent{.hotel = {},
                  .quote = in.text(),
                  .kind = in.text(),
                  .reference = in.text(),
                  .guest = in.guest(),
                  .request = in.text(),
                  .state = parse_name(in.text(), IntentState::kRefused),
                  .attempts = in.number(),
                  .settles_at = in.maybe_time(),
                  .result = in.text(),
                  .created_at = in.time(),
                  .updated_at = in.time()};
    intent.hotel = intent.guest.hotel;
    return intent;
  });
}

UnderWay under_way(sql::Connection& connection, const GuestKey& guest) {
  return {.received = count(connection, kReceived, guest),
          .unsent = count(connection, kUnsent, guest),
          .intents = count(connection, kOpen, guest)};
}

void erase_inbound(sql::Connection& connection, const Pseudonym& who, const std::vector<Id>& ids, Id keys_from) {
  for (const Id id : ids) {
    connection.execute(kEraseInbound, values(who.guest.hotel, id, who.name, sql::Bytes{""}));
    if (id >= keys_from) continue;
    const auto key = "erased-" + std::to_string(id);
    connection.execute(kEraseKey, values(who.guest.hotel, id, key));
  }
}

void erase_outbound(sql::Connection& connection, const Pseudonym& who, const std::vector<Id>& ids) {
  for (const Id id : ids) connection.execute(kEraseOutbound, values(who.guest.hotel, id, who.name));
}

void erase_conversation(sql::Connection& connection, const Pseudonym& who) {
  const auto& guest = who.guest;
  connection.execute(kEraseConversation, values(guest.hotel, guest.channel, guest.sender, who.name));
}

void erase_reservations(sql::Connection& connection, const Pseudonym& who, const std::vector<Reservation>& rows) {
  const auto& guest = who.guest;
  connection.execute(kEraseReservations, values(guest.hotel, guest.channel, guest.sender, who.name));
  for (const auto& row : rows) connection.execute(kEraseRemarks, values(guest.hotel, row.id));
}

void rewrite(sql::Connection& connection, const Intent& intent) {
  constexpr std::string_view kRewrite = R"(
UPDATE booking_intents SET channel = ?3, sender = ?4, request = ?5, result = ?6 WHERE hotel_id = ?1 AND quote = ?2)";
  connection.execute(kRewrite, values(intent.hotel, intent.quote, intent.guest.channel, intent.guest.sender,
                                      intent.request, intent.result));
}

void rewrite(sql::Connection& connection, const Event& event) {
  connection.execute("UPDATE events SET body = ?3 WHERE hotel_id = ?1 AND id = ?2",
                     values(event.hotel, event.id, event.body));
}

void append(sql::Connection& connection, const Action& action) {
  constexpr std::string_view kAppend = R"(
INSERT INTO operator_actions (hotel_id, id, happened_at, actor, action, subject, detail)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7))";
  connection.execute(
      kAppend, values(action.hotel, action.id, action.at, action.actor, action.action, action.subject, action.detail));
}

}  // namespace agente::store::guests
