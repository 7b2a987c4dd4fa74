#include "store/columns.hpp"
#include "store/repositories.hpp"

namespace agente::store::events {

void append(sql::Connection& connection, const Event& event) {
  connection.execute("INSERT INTO events (hotel_id, id, happened_at, kind, body) VALUES (?1, ?2, ?3, ?4, ?5)",
                     values(event.hotel, event.id, event.at, event.type, event.body));
}

std::vector<Event> list(sql::Connection& connection, std::string_view hotel, Id after, int limit) {
  constexpr std::string_view kList =
      "SELECT id, hotel_id, happened_at, kind, body FROM events WHERE hotel_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
  return collect(connection, kList, values(hotel, after, limit), [](Columns& in) {
    return Event{.id = in.integer(), .hotel = in.text(), .at = in.time(), .type = in.text(), .body = in.text()};
  });
}

}  // namespace agente::store::events
