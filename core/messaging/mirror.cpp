#include "messaging/mirror.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.hpp"
#include "base/thread.hpp"
#include "telemetry/log.hpp"

namespace agente::messaging {
namespace {

constexpr Millis kLook{500};
constexpr Millis kRoomsStay{600'000};
constexpr Millis kRoomsAgain{60'000};
constexpr Millis kNotOffered{3'600'000};  // a PMS plugin that tells no changes may be replaced by one that does
constexpr std::string_view kTrace = "mirror";

}  // namespace

std::string_view name_of(Mirror::Sync::State state) {
  switch (state) {
    case Mirror::Sync::State::kRunning:
      return "running";
    case Mirror::Sync::State::kDone:
      return "done";
    case Mirror::Sync::State::kFailed:
      return "failed";
  }
  return "";
}

void Mirror::start() {
  for (int i = 0; i < kWorkers; ++i) workers_.emplace_back([this](const std::stop_token& stop) { run(stop); });
}

void Mirror::stop() {
  std::jthread syncing;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    syncing = std::move(syncing_);
  }
  syncing.request_stop();
  for (auto& worker : workers_) worker.request_stop();
  workers_.clear();
}

void Mirror::run(const std::stop_token& stop) {
  name_thread("mirror");
  while (!stop.stop_requested()) {
    auto [gateway, next, look] = due();
    if (gateway != nullptr) next.at = clock_.steady() + ask(*gateway, next);
    std::unique_lock lock(mutex_);
    if (gateway != nullptr) {
      next.is_under_way = false;
      next_[gateway] = next;
      continue;
    }
    const auto never = [](void*) { return false; };
    if (!clock_.wait_until(lock, woken_, stop, look, never, nullptr)) return;
  }
}

Mirror::Due Mirror::due() {
  std::vector<pms::Gateway*> ours;
  for (const auto& hotel : hotels_.ids()) {
    if (!duty_ || duty_(hotel)) std::ranges::copy(hotels_.gateways(hotel), std::back_inserter(ours));
  }
  const auto now = clock_.steady();
  const std::lock_guard lock(mutex_);
  const auto is_earlier = [&](auto* a, auto* b) { return next_[a].at < next_[b].at; };
  std::erase_if(ours, [&](auto* gateway) { return next_[gateway].is_under_way; });
  const auto first = std::ranges::min_element(ours, is_earlier);
  if (first == ours.end()) return {.look = now + kLook};
  auto& next = next_[*first];
  if (next.at > now) return {.look = std::min(next.at, now + kLook)};
  next.is_under_way = true;
  return {.gateway = *first, .next = next};
}

/// Takes over one page; when to ask again.
Millis Mirror::ask(pms::Gateway& gateway, Next& next) {
  pms::Follow follow({gateway}, store_, clock_);
  const auto changed = follow.next_changes(kTrace);
  if (changed) {
    next.pause = Next{}.pause;
    count_rooms(gateway, next);
    if (changed->bookings >= pms::Follow::kPage) return kMore;
    return changed->bookings > 0 && !changed->is_at_end ? std::min(kMaybeMore, every_.load()) : every_.load();
  }
  const auto& why = changed.error();
  if (why.code == Code::kConflict) return kMore;
  if (why.code == Code::kUnsupported) return kNotOffered;
  log::info("PMS", "what changed there could not be read; it is asked for again: " + why.text,
            {{"hotel", gateway.hotel()}, {"backend", gateway.backend()}});
  return std::exchange(next.pause, std::min(next.pause * 2, kLongestPause));
}

/// Beside the changes, which go on also where this fails.
void Mirror::count_rooms(pms::Gateway& gateway, Next& next) {
  if (clock_.steady() < next.count_rooms_at) return;
  const auto counted = pms::Follow({gateway}, store_, clock_).count_rooms(kTrace);
  next.count_rooms_at = clock_.steady() + (counted ? kRoomsStay : kRoomsAgain);
  if (counted) return;
  log::info("PMS", "how many rooms it has could not be read; it is asked again in a minute: " + counted.error().text,
            {{"hotel", gateway.hotel()}, {"backend", gateway.backend()}});
}

Mirror::Sync Mirror::sync() {
  const std::lock_guard lock(mutex_);
  if (sync_ && sync_->state == Sync::State::kRunning) return *sync_;
  sync_ = Sync{.id = random_hex(16), .started = clock_.now()};
  if (stopped_) {
    sync_->state = Sync::State::kFailed;
    sync_->ended = sync_->started;
    sync_->problem = "the host is stopping";
    return *sync_;
  }
  // The one before has ended: joining it waits for nobody.
  syncing_ = std::jthread([this](const std::stop_token& stop) { sync_now(stop); });
  return *sync_;
}

std::optional<Mirror::Sync> Mirror::sync_with(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  return sync_ && sync_->id == id ? sync_ : std::nullopt;
}

void Mirror::sync_now(const std::stop_token& stop) {
  name_thread("sync");
  std::string problem;
  int done = 0;
  for (const auto& hotel : hotels_.ids()) {
    for (auto* gateway : hotels_.gateways(hotel)) {
      const auto taken = sync_pms(*gateway, done, stop);
      if (!taken) problem += (problem.empty() ? "" : "; ") + hotel + ": " + taken.error().text;
      const std::lock_guard lock(mutex_);
      done = sync_->done;
    }
  }
  const std::lock_guard lock(mutex_);
  sync_->state = problem.empty() ? Sync::State::kDone : Sync::State::kFailed;
  sync_->problem = std::move(problem);
  sync_->ended = clock_.now();
}

Result<void> Mirror::sync_pms(pms::Gateway& gateway, int done_before, const std::stop_token& stop) {
  const auto timezone = hotels_.timezone(gateway.hotel());
  if (!timezone) return timezone.error();
  const auto progress = [&](int done, int total) {
    const std::lock_guard lock(mutex_);
    sync_->done = done_before + done;
    sync_->total = done_before + total;
    return !stop.stop_requested();
  };
  return pms::Follow({gateway}, store_, clock_).everything(day_in_zone(clock_.now(), *timezone), progress, kTrace);
}

Result<pms::Audit> Mirror::audit(const std::string& hotel, std::string_view trace) {
  const auto timezone = hotels_.timezone(hotel);
  if (!timezone) return timezone.error();
  const auto today = day_in_zone(clock_.now(), *timezone);
  pms::Audit all;
  for (const auto& backend : hotels_.backends(hotel)) {
    const auto gateway = hotels_.gateway(hotel, backend);
    if (!gateway) {
      all.unreachable.push_back({backend, gateway.error().text});
      continue;
    }
    auto audit = pms::audit({**gateway}, store_, today, trace);
    if (!audit) return audit;
    all.checked += audit->checked;
    std::ranges::move(audit->differences, std::back_inserter(all.differences));
    std::ranges::move(audit->unreachable, std::back_inserter(all.unreachable));
  }
  return all;
}

}  // namespace agente::messaging
