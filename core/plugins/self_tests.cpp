#include "plugins/self_tests.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/thread.hpp"
#include "telemetry/log.hpp"

namespace agente::plugins {
namespace {

/// What fails, in one line; empty when all is well.
std::string faults_of(const SelfTests::Round& round) {
  std::string faults;
  for (const auto& check : round.checks) {
    if (check.ok) continue;
    faults += (faults.empty() ? "" : "; ") + check.stage + ": " + check.cause;
  }
  return faults;
}

// A gauge cannot be taken back; this one is neither well nor ill to whoever compares it.
constexpr double kNotKnown = std::numeric_limits<double>::quiet_NaN();

void measure(Metrics& metrics, const std::string& id, double ok) {
  metrics.set("channel_self_test_ok", {{"channel", id}}, ok);
}

SelfTests::Round ask(Channel& channel, Time now) {
  auto checks = channel.self_test();
  if (checks) return {.at = now, .checks = std::move(*checks)};
  return {
      .at = now,
      .checks = {{.stage = "self-test", .ok = false, .cause = checks.error().text, .remedy = "see the host's log"}}};
}

}  // namespace

bool SelfTests::Round::ok() const { return std::ranges::all_of(checks, &Check::ok); }

SelfTests::SelfTests(const Clock& clock, Metrics& metrics, Channels channels)
    : clock_(clock), metrics_(metrics), channels_(std::move(channels)) {}

void SelfTests::every(Millis period) {
  {
    const std::lock_guard lock(mutex_);
    if (period == period_) return;
    period_ = period;
    news_ = true;
    next_ = period == Millis{0} ? Steady::max() : clock_.steady() + std::min(kFirst, period);
    if (period == Millis{0}) {
      for (const auto& [id, round] : last_) measure(metrics_, id, kNotKnown);
      last_.clear();
    }
  }
  changed_.notify_all();
}

void SelfTests::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

std::map<std::string, SelfTests::Round> SelfTests::last() const {
  const std::lock_guard lock(mutex_);
  return last_;
}

void SelfTests::run(const std::stop_token& stop) {
  name_thread("self-tests");
  yield_to_others();
  std::unique_lock lock(mutex_);
  for (;;) {
    news_ = false;
    const bool goes_on = clock_.wait_until(
        lock, changed_, stop, next_, [](void* self) { return static_cast<SelfTests*>(self)->news_; }, this);
    if (!goes_on) return;
    if (news_) continue;
    next_ = clock_.steady() + period_;
    lock.unlock();
    ask_all(stop);
    lock.lock();
  }
}

void SelfTests::ask_all(const std::stop_token& stop) {
  const auto channels = channels_();
  for (const auto& [id, channel] : channels) {
    if (stop.stop_requested()) return;
    note(id, ask(*channel, clock_.now()));
  }
  const std::lock_guard lock(mutex_);
  std::erase_if(last_, [&](const auto& entry) {
    const bool gone = !channels.contains(entry.first);
    if (gone) measure(metrics_, entry.first, kNotKnown);
    return gone;
  });
}

/// A line only when something has changed.
void SelfTests::note(const std::string& id, Round round) {
  const auto faults = faults_of(round);
  std::string before;
  {
    const std::lock_guard lock(mutex_);
    if (period_ == Millis{0}) return;  // switched off meanwhile
    measure(metrics_, id, faults.empty() ? 1 : 0);
    before = faults_of(std::exchange(last_[id], std::move(round)));
  }
  if (faults == before) return;
  if (faults.empty()) return log::info("plugins", "the self-test of " + id + " is well again");
  log::warn("plugins", "the self-test of " + id + " fails: " + faults, {{"remedy", "agentctl self-test " + id}});
}

}  // namespace agente::plugins
