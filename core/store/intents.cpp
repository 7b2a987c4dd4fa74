#include "store/columns.hpp"
#include "store/repositories.hpp"

namespace agente::store::intents {

namespace {

constexpr std::string_view kInsert = R"(
INSERT INTO booking_intents (hotel_id, quote, kind, reference, channel, sender, request, state, attempts, settles_at,
  result, created_at, updated_at, pms_backend)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
ON CONFLICT (hotel_id, quote) DO NOTHING)";

constexpr std::string_view kUpdate = R"(
UPDATE booking_intents SET state = ?3, attempts = ?4, settles_at = ?5, result = ?6, updated_at = ?7
WHERE hotel_id = ?1 AND quote = ?2 AND state IN ('open', 'attempted'))";

constexpr std::string_view kFind = R"(
SELECT quote, kind, reference, hotel_id, channel, sender, request, state, attempts, settles_at, result, created_at,
  updated_at, pms_backend
FROM booking_intents WHERE hotel_id = ?1 AND quote = ?2)";

constexpr std::string_view kListUnfinished = R"(
SELECT quote, kind, reference, hotel_id, channel, sender, request, state, attempts, settles_at, result, created_at,
  updated_at, pms_backend
FROM booking_intents WHERE state IN ('open', 'attempted') ORDER BY created_at LIMIT ?1)";

constexpr std::string_view kNoteDoubt = R"(
UPDATE booking_intents SET result = '{"staff_told":true}'
WHERE hotel_id = ?1 AND quote = ?2 AND state IN ('open', 'attempted') AND result = '')";

constexpr std::string_view kRefusedBookings = R"(
SELECT reference FROM booking_intents
WHERE hotel_id = ?1 AND pms_backend = ?2 AND kind = 'book' AND state = 'refused' AND attempts > 0)";

Intent read(Columns& in) {
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
                .updated_at = in.time(),
                .backend = in.text()};
  intent.hotel = intent.guest.hotel;
  return intent;
}

}  // namespace

bool insert(sql::Connection& connection, const Intent& intent) {
  return connection.execute(kInsert, values(intent.hotel, intent.quote, intent.kind, intent.reference,
                                            intent.guest.channel, intent.guest.sender, intent.request,
                                            name_of(intent.state), intent.attempts, intent.settles_at, intent.result,
                                            intent.created_at, intent.updated_at, intent.backend)) == 1;
}

std::optional<Intent> find(sql::Connection& connection, std::string_view hotel, std::string_view quote) {
  return first(connection, kFind, values(hotel, quote), read);
}

bool update(sql::Connection& connection, const Intent& intent) {
  return connection.execute(kUpdate, values(intent.hotel, intent.quote, name_of(intent.state), intent.attempts,
                                            intent.settles_at, intent.result, intent.updated_at)) == 1;
}

std::vector<Intent> list_unfinished(sql::Connection& connection, int limit) {
  return collect(connection, kListUnfinished, values(limit), read);
}

bool note_doubt(sql::Connection& connection, std::string_view hotel, std::string_view quote) {
  return connection.execute(kNoteDoubt, values(hotel, quote)) == 1;
}

std::set<std::string> refused_bookings(sql::Connection& connection, std::string_view hotel, std::string_view backend) {
  const auto references =
      collect(connection, kRefusedBookings, values(hotel, backend), [](Columns& in) { return in.text(); });
  return {references.begin(), references.end()};
}

}  // namespace agente::store::intents
