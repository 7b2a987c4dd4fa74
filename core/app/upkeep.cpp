#include "app/upkeep.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "app/rooms.hpp"
#include "base/thread.hpp"
#include "config/load.hpp"
#include "telemetry/log.hpp"

namespace agente::app {
namespace {

constexpr Millis kLook{500};

using Ids = std::set<std::string>;

/// The hotels that are not in both files alike.
Ids changed_hotels(const config::Config& now, const config::Config& next) {
  Ids ids;
  for (const auto* side : {&now, &next}) {
    for (const auto& hotel : side->hotels) {
      const auto* before = now.hotel(hotel.id);
      const auto* after = next.hotel(hotel.id);
      if (before == nullptr || after == nullptr || !(*before == *after)) ids.insert(hotel.id);
    }
  }
  return ids;
}

bool works_for(const config::InstanceConfig& instance, const Ids& hotels) {
  if (hotels.contains(instance.hotel)) return true;
  return std::ranges::any_of(instance.accounts, [&](const auto& account) { return hotels.contains(account.second); });
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

Upkeep::Upkeep(Host::Rooms& rooms) : rooms_(rooms) { file_.known(plugins::look_at(rooms.config.pin()->file)); }

void Upkeep::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Upkeep::run(const std::stop_token& stop) {
  name_thread("upkeep");
  while (!stop.stop_requested()) {
    bool reread = false;
    {
      std::unique_lock lock(sleeping_);
      wake_.wait_for(lock, stop, kLook, [&] { return wanted_; });
      reread = std::exchange(wanted_, false);
    }
    if (stop.stop_requested()) return;
    if (reread) reread_on_request();
    look();
  }
}

void Upkeep::look() {
  const std::lock_guard lock(mutex_);
  const auto config = rooms_.config.pin();
  const auto news = file_.look(plugins::look_at(config->file));
  if (news == plugins::Watched::News::kChanged) {
    reread_now();
    rooms_.delivery->try_parked();
  }
  if (news == plugins::Watched::News::kGone) {
    log::warn("config", "the configuration file is gone; the host goes on as it is", {{"file", config->file.string()}});
  }
  if (config->plugins.watch) rooms_.plugins->look_at_files();
  start_the_slow();
  connect_hotels();
  for (const auto& [place, turnstile] : rooms_.turnstiles) turnstile->tidy();
}

/// The machine may only have been busy. Not without end: what hangs for good leaves something behind each time.
void Upkeep::start_the_slow() {
  constexpr Millis kLastPause{160'000};
  const auto now = std::chrono::steady_clock::now();
  if (now < try_again_at_ || pause_ > kLastPause) return;
  pause_ *= 2;
  try_again_at_ = now + pause_;
  std::erase_if(rooms_.slow_to_start, [&](const std::string& id) {
    const auto started = rooms_.plugins->reload(id);  // logged there
    return started || started.error().code != Code::kTimeout;
  });
}

void Upkeep::reread() {
  const std::lock_guard lock(sleeping_);
  wanted_ = true;
  wake_.notify_one();
}

void Upkeep::reread_on_request() {
  const std::lock_guard lock(mutex_);
  file_.known(plugins::look_at(rooms_.config.pin()->file));
  reread_now();
  rooms_.delivery->try_parked();
}

Result<void> Upkeep::reload(const std::string& instance) {
  const std::lock_guard lock(mutex_);
  auto done = rooms_.plugins->reload(instance);
  connect_hotels();
  rooms_.delivery->try_parked();
  return done;
}

void Upkeep::reread_now() {
  const auto now = rooms_.config.pin();
  auto loaded = config::load(now->file, {.schema_of = plugins::read_schema});
  if (!loaded.ok()) {
    for (const auto& problem : loaded.problems) log::error("config", "not taken over: " + config::format(problem));
    return;
  }
  const auto diff = config::compare(*now, *loaded.config);
  if (diff.empty()) return log::info("config", "read again: nothing changed");
  const auto next = std::make_shared<const config::Config>(std::move(*loaded.config));
  rooms_.config.swap(next);
  apply(*now, *next, diff);
  log::info("config", "taken over",
            {{"added", listed(diff.added)}, {"removed", listed(diff.removed)}, {"changed", listed(diff.changed)}});
  if (diff.needs_restart.empty()) return;
  log::warn("config", "some changes take effect when the host is started again",
            {{"keys", listed(diff.needs_restart)}});
}

/// Instances that are not mentioned in `diff`, and work for no changed hotel, notice nothing.
void Upkeep::apply(const config::Config& now, const config::Config& next, const config::Diff& diff) {
  const auto hotels = changed_hotels(now, next);
  rooms_.plugins->set_hotels(next.hotels);
  rooms_.hotels->expect(hotels_of(next));
  rooms_.turn->gathers_for(next.limits.gather);
  rooms_.turn->answers_within(next.limits.answer_within);
  rooms_.delivery->set_settle(next.limits.send_settle);
  rooms_.delivery->set_stale(next.limits.send_within);
  rooms_.retention->keep(kept_for(next));
  rooms_.self_tests->every(next.limits.self_test);
  log::set_level(log::level_named(next.log.level));
  for (const auto& instance : next.instances) {
    const bool added = std::ranges::count(diff.added, instance.id) > 0;
    const bool changed = std::ranges::count(diff.changed, instance.id) > 0 || works_for(instance, hotels);
    if (added) static_cast<void>(rooms_.plugins->start(instance));  // both are logged there
    if (!added && changed) static_cast<void>(rooms_.plugins->change(instance));
    const bool reconnect = added || changed || !(now.limits == next.limits);
    if (instance.kind == config::PluginKind::kPms && reconnect) open_gateway(rooms_, next, instance);
  }
  // Last: a PMS that moves between the hotel's present and its former ones is there all the time.
  for (const auto& id : diff.removed) rooms_.plugins->remove(id);
  for (const auto& hotel : now.hotels) {
    if (next.hotel(hotel.id) == nullptr) rooms_.hotels->remove(hotel.id);
  }
}

/// A PMS that could not start has recovered: its hotel is open again, or has moved there now.
void Upkeep::connect_hotels() {
  const auto config = rooms_.config.pin();
  for (const auto& instance : config->instances) {
    if (instance.kind != config::PluginKind::kPms) continue;
    const auto connected = rooms_.hotels->gateways(instance.hotel);
    const auto* live = rooms_.plugins->pms(instance.id);
    if (std::ranges::none_of(connected, [&](const auto* gateway) { return &gateway->pms() == live; })) {
      open_gateway(rooms_, *config, instance);
    }
  }
}

}  // namespace agente::app
