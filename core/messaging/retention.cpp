#include "messaging/retention.hpp"

#include <utility>

#include "base/thread.hpp"
#include "telemetry/log.hpp"

namespace agente::messaging {

using store::retention::Batch;
using store::retention::Table;

Retention::Retention(store::Store& store, const Clock& clock, Metrics& metrics, std::function<bool()> duty)
    : store_(store), clock_(clock), metrics_(metrics), duty_(std::move(duty)) {
  for (const auto table : {Table::kInbound, Table::kOutbound, Table::kEvents}) {
    metrics_.add("retention_removed_total", {{"table", std::string(name_of(table))}}, 0);
  }
}

void Retention::keep(const Keep& keep) {
  {
    const std::lock_guard lock(mutex_);
    if (keep == keep_) return;
    keep_ = keep;
    news_ = thread_.joinable();  // before the start there is no hurry
  }
  changed_.notify_all();
}

void Retention::start() {
  thread_ = std::jthread([this, first = clock_.steady() + kFirst](const std::stop_token& stop) { run(stop, first); });
}

void Retention::run(const std::stop_token& stop, Steady first) {
  name_thread("retention");
  yield_to_others();
  for (auto next = first; wait(stop, next); next = clock_.steady() + kEvery) sweep(stop);
}

/// Ends early when the settings change. False when it must stop.
bool Retention::wait(const std::stop_token& stop, Steady moment) {
  std::unique_lock lock(mutex_);
  return clock_.wait_until(
      lock, changed_, stop, moment, [](void* self) { return static_cast<Retention*>(self)->news_; }, this);
}

Retention::Keep Retention::current() {
  const std::lock_guard lock(mutex_);
  news_ = false;
  return keep_;
}

void Retention::sweep(const std::stop_token& stop) {
  const auto keep = current();
  const auto now = clock_.now();
  std::int64_t inbound = 0;
  std::int64_t outbound = 0;
  std::int64_t events = 0;
  if (keep.messages) inbound = clear(stop, Table::kInbound, now - *keep.messages);
  if (keep.messages) outbound = clear(stop, Table::kOutbound, now - *keep.messages);
  if (keep.events) events = clear(stop, Table::kEvents, now - *keep.events);
  if (inbound + outbound + events == 0) return;
  log::info("retention", "what was older than it is to be kept is removed",
            {{"inbound_messages", std::to_string(inbound)},
             {"outbound_messages", std::to_string(outbound)},
             {"events", std::to_string(events)}});
}

std::int64_t Retention::clear(const std::stop_token& stop, Table table, Time older_than) {
  std::int64_t all = 0;
  Batch batch;
  const auto superseded = [this] {
    const std::lock_guard lock(mutex_);
    return news_;
  };
  while (!stop.stop_requested() && !superseded() && on_duty()) {
    std::optional<Batch> next;
    std::int64_t removed = 0;
    auto done = store_.read([&](store::sql::Connection& connection) {
      next = store::retention::next(connection, table, batch, older_than, kBatch);
    });
    if (done && !next) break;
    if (done) {
      done = store_.write(
          [&](store::sql::Connection& connection) { removed = store::retention::remove(connection, table, *next); });
    }
    if (!done) {
      log::warn("retention",
                "old rows stay for now, and are looked at again within the hour; nothing is lost: " + done.error().text,
                {{"table", std::string(name_of(table))}});
      break;
    }
    all += removed;
    metrics_.add("retention_removed_total", {{"table", std::string(name_of(table))}}, static_cast<double>(removed));
    batch = std::move(*next);
    if (!wait(stop, clock_.steady() + kPause)) break;
  }
  return all;
}

}  // namespace agente::messaging
