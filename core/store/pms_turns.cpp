#include "store/pms_turns.hpp"

#include "store/columns.hpp"

namespace agente::store::pms_turns {
namespace {

constexpr std::string_view kTake = R"(
INSERT INTO pms_turns (hotel_id, pms_backend, host_id) SELECT ?1, ?2, id FROM hosts WHERE name = ?3
ON CONFLICT (hotel_id, pms_backend) DO UPDATE SET host_id = excluded.host_id
WHERE pms_turns.host_id = excluded.host_id OR pms_turns.host_id NOT IN (SELECT id FROM hosts))";

constexpr std::string_view kGiveBack = R"(
DELETE FROM pms_turns WHERE hotel_id = ?1 AND pms_backend = ?2 AND host_id IN (SELECT id FROM hosts WHERE name = ?3))";

}  // namespace

bool take(sql::Connection& connection, const Turn& turn) {
  return connection.execute(kTake, values(turn.hotel, turn.backend, turn.host)) == 1;
}

void give_back(sql::Connection& connection, const Turn& turn) {
  connection.execute(kGiveBack, values(turn.hotel, turn.backend, turn.host));
}

}  // namespace agente::store::pms_turns
