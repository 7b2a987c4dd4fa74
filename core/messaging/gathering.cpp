#include "messaging/gathering.hpp"

#include "store/repositories.hpp"

namespace agente::messaging {

Millis Gathering::moment_of(const store::Inbound& row) const {
  return store::inbound::is_news(row.kind) ? moment_.load(std::memory_order_relaxed) : Millis{};
}

std::optional<Steady> Gathering::until(const store::Inbound& row) const {
  const auto moment = moment_of(row);
  const auto age = clock_.now() - row.received_at;
  // Another host's clock may be a little ahead of ours. Not for longer because a clock was set.
  if (age <= -moment || age >= moment) return std::nullopt;
  return clock_.steady() + (moment - age);
}

std::optional<store::Inbound> Gathering::before(store::sql::Connection& connection, const store::Inbound& row) const {
  const auto moment = moment_of(row);
  if (moment == Millis{}) return std::nullopt;
  const auto first = store::inbound::written_before(connection, row, row.received_at + moment);
  return first ? store::inbound::find(connection, *first) : std::nullopt;
}

}  // namespace agente::messaging
