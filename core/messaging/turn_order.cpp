// Which of a guest's waiting messages is handled, and whether by the bot.
#include <utility>

#include "messaging/choices.hpp"
#include "messaging/turn.hpp"
#include "store/repositories.hpp"
#include "telemetry/log.hpp"

namespace agente::messaging {
namespace {

constexpr Millis kApart{60'000};    // more between two clocks: one of them is wrong
constexpr Millis kEarlierOne{100};  // another message of the guest was committed later, and is about to be found

/// By the clock that ids follow: the one that all hosts share.
Time stored_at(const store::Inbound& row) { return Time{Millis{row.id / 4096}}; }

/// As written_at, without the clock of the host that received it.
Time written_by_the_store(store::Inbound row) {
  row.received_at = stored_at(row);
  return store::inbound::written_at(row);
}

}  // namespace

std::optional<Steady> Turn::handle(store::Inbound& row) {
  if (const auto moment = gathering_.until(row)) return moment;
  Place place;
  const auto read = store_.read([&](store::sql::Connection& connection) { place = place_of(connection, row); });
  if (!read) return later(row, read.error());
  if (place.is_done) return std::nullopt;  // only the memory of it was left
  if (place.is_behind) return clock_.steady() + kEarlierOne;
  if (place.before && place.before->id == row.id) row = *std::exchange(place.before, {});  // with what it has learned
  const auto& next = place.before ? *place.before : row;
  const auto again = place.amended ? take_amended(next, *place.amended) : take(next);
  return again || !place.before ? again : clock_.steady();
}

Turn::Place Turn::place_of(store::sql::Connection& connection, const store::Inbound& row) const {
  const auto waiting = store::inbound::waiting_of(connection, row.guest);
  if (!waiting || waiting->first > row.id) return {.is_done = true};
  if (waiting->first < row.id) return {.is_behind = true};
  Place place;
  if (waiting->begun) {  // its booking may be made: nothing that came since goes before it or changes it
    if (*waiting->begun != row.id || row.results.empty()) {
      place.before = store::inbound::find(connection, *waiting->begun);
    }
    return place;
  }
  if (waiting->last == row.id) return place;
  place.before = gathering_.before(connection, row);
  const auto& next = place.before ? *place.before : row;
  const auto amended =
      store::inbound::is_by_guest(next.kind) ? store::inbound::amendment_of(connection, next) : std::nullopt;
  if (amended) place.amended = store::inbound::find(connection, *amended);
  return place;
}

std::optional<Steady> Turn::take_amended(store::Inbound row, const store::Inbound& by) {
  if (by.kind != "revoke") {
    if (!by.text.empty()) row.text = by.text;
    return take(row);
  }
  bool finished = false;
  const auto written = store_.write([&](store::sql::Connection& connection) {
    finished = store::inbound::finish(connection, row, store::InboundStatus::kProcessed, clock_.now(), "");
  });
  if (!written) return later(row, written.error());
  if (finished && row.replayed.empty()) meter_.inbound(row.guest.channel, "processed");
  return std::nullopt;
}

Result<Shown> Turn::summary_of(const store::Inbound& row, const concierge::Conversation& conversation) {
  const auto yes = concierge::yes_to_summary(conversation);
  if (yes.empty() || !row.results.empty()) return Shown::kOut;  // a turn that has begun is ended
  auto summary = Shown::kNotYet;
  const auto read = store_.read([&](store::sql::Connection& connection) { summary = how_shown(connection, row, yes); });
  if (!read) return read.error();
  return summary;
}

bool Turn::is_stale(const store::Inbound& row) {
  const auto limit = answers_within_.load(std::memory_order_relaxed);
  if (limit == Millis{} || !row.replayed.empty() || !store::inbound::is_by_guest(row.kind)) return false;
  if (!row.results.empty()) return false;  // a turn that has begun is ended, however long it takes
  auto age = clock_.now() - store::inbound::written_at(row);
  const auto apart = std::chrono::abs(stored_at(row) - row.received_at);
  if (age <= limit && apart <= kApart) return false;
  age = store_.shared_time().value_or(clock_.now()) - written_by_the_store(row);  // or is a host's clock wrong?
  if (age <= limit) return false;
  if (stale_.is_due("")) {
    log::warn("messaging",
              "messages come so late that they are left to the hotel's people; is the clock of this machine, or of "
              "the database's server, right?",
              {{"channel", row.guest.channel}, {"minutes", std::to_string(age / std::chrono::minutes(1))}});
  }
  return true;
}

}  // namespace agente::messaging
