#include "store/columns.hpp"
#include "store/repositories.hpp"

namespace agente::store::events {

void append(sql::Connection& connection, const Event& event) {
  connection.execute("INSERT INTO events (hotel_id, id, happened_at, kind, body) VALUES (?1, ?2, ?3, ?4, ?5)",
                     values(event.hotel, event.id, event.at, event.type, event.body));
}

std::vector<Event> list(sql::Connection& connection, std::string_view hotel, Id after, int limit,
                        const Filter& filter) {
  constexpr std::string_view kList =
      "SELECT id, hotel_id, happened_at, kind, body FROM events WHERE hotel_id = ?1 AND id > ?2"
      " AND (?4 = '' OR kind = ?4) AND happened_at >= ?5 ORDER BY id LIMIT ?3";
  return collect(connection, kList, values(hotel, after, limit, filter.type, filter.since), [](Columns& in) {
    return Event{.id = in.integer(), .hotel = in.text(), .at = in.time(), .type = in.text(), .body = in.text()};
  });
}

Id last_id(sql::Connection& connection, std::string_view hotel) {
  return first_number(connection, {"SELECT MAX(id) FROM events WHERE hotel_id = ?1"}, values(hotel)).value_or(0);
}

}  // namespace agente::store::events
