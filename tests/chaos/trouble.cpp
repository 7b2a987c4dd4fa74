#include "trouble.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

namespace agente::chaos {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kRestartAfter = 500;  // as systemd's RestartSec

}  // namespace

Trouble::Trouble(std::vector<Blow> blows, Hotel& hotel, std::function<void(const std::string&)> tell)
    : blows_(std::move(blows)),
      hotel_(hotel),
      tell_(std::move(tell)),
      health_(static_cast<std::size_t>(hotel.hosts()), Health::kRuns),
      may_end_(static_cast<std::size_t>(hotel.hosts()), false) {}

void Trouble::go_on(std::int64_t now_ms) {
  mend_what_is_due(now_ms);
  for (; next_ < blows_.size() && blows_[next_].at_ms <= now_ms; ++next_) strike(blows_[next_], now_ms);
  look_after_hosts(now_ms);
}

void Trouble::mend_all(std::int64_t now_ms) {
  next_ = blows_.size();
  for (auto& later : later_) later.at_ms = now_ms;
  mend_what_is_due(now_ms);
}

void Trouble::mend_what_is_due(std::int64_t now_ms) {
  const auto due = std::ranges::stable_partition(later_, [&](const Later& later) { return later.at_ms > now_ms; });
  const std::vector<Later> mends(std::make_move_iterator(due.begin()), std::make_move_iterator(due.end()));
  later_.erase(due.begin(), due.end());
  for (const auto& later : mends) later.mend();
}

void Trouble::strike(const Blow& blow, std::int64_t now_ms) {
  switch (blow.fault) {
    case Fault::kKillHost:
    case Fault::kKillPoint:
    case Fault::kPauseHost:
    case Fault::kShiftClock:
      if (!hit_host(blow, now_ms)) return tell_(in_words(blow) + "  (is down already)");
      break;
    default:
      hit_server(blow, now_ms);
  }
  ++struck_[blow.fault];
  tell_(in_words(blow));
}

bool Trouble::hit_host(const Blow& blow, std::int64_t now_ms) {
  const int host = blow.host;
  if (blow.fault == Fault::kShiftClock) {
    hotel_.shift_clock(host, milliseconds{blow.amount});
    after(now_ms + blow.lasts_ms, [this, host] { hotel_.shift_clock(host, milliseconds{0}); });
    return true;
  }
  if (health(host) != Health::kRuns || !hotel_.host_runs(host)) return false;
  if (blow.fault == Fault::kPauseHost) {
    hotel_.signal_host(host, SIGSTOP);
    health(host) = Health::kPaused;
    after(now_ms + blow.lasts_ms, [this, host] {
      hotel_.signal_host(host, SIGCONT);
      health(host) = Health::kRuns;
    });
    return true;
  }
  hotel_.kill_host(host);
  health(host) = Health::kDown;
  const auto kill_at = blow.point.empty() ? "" : blow.point + ":" + std::to_string(blow.amount);
  after(now_ms + blow.lasts_ms, [this, host, kill_at] {
    hotel_.start_host(host, kill_at);
    ++restarts_;
    may_end_[static_cast<std::size_t>(host)] = !kill_at.empty();
    health(host) = Health::kRuns;
  });
  return true;
}

void Trouble::hit_server(const Blow& blow, std::int64_t now_ms) {
  switch (blow.fault) {
    case Fault::kKillPostgres:
      if (!std::exchange(postgres_up_, false)) return;
      hotel_.postgres().kill();
      return after(now_ms + blow.lasts_ms, [this] {
        // Its recovery syncs every file there is, a thousand of them: that would be all there is to this run.
        hotel_.slow_disks(milliseconds{0});
        hotel_.postgres().start();
        postgres_up_ = true;
      });
    case Fault::kRestartPostgres:
      if (!postgres_up_) return;
      hotel_.postgres().stop();
      return hotel_.postgres().start();
    case Fault::kKillRedis:
      if (!std::exchange(redis_up_, false)) return;
      hotel_.redis().kill();
      return after(now_ms + blow.lasts_ms, [this] {
        hotel_.redis().start();
        redis_up_ = true;
      });
    case Fault::kFlushRedis:
      if (redis_up_) hotel_.redis().flush();
      return;
    case Fault::kSlowDisk:
      hotel_.slow_disks(milliseconds{blow.amount});
      return after(now_ms + blow.lasts_ms, [this] { hotel_.slow_disks(milliseconds{0}); });
    default:
      hotel_.cut(blow.fault);
  }
}

void Trouble::look_after_hosts(std::int64_t now_ms) {
  for (int host = 0; host < hotel_.hosts(); ++host) {
    if (health(host) != Health::kRuns || hotel_.host_runs(host)) continue;
    judge_end(host);
    health(host) = Health::kDown;
    after(now_ms + kRestartAfter, [this, host] {
      hotel_.start_host(host);
      ++restarts_;
      may_end_[static_cast<std::size_t>(host)] = false;
      health(host) = Health::kRuns;
    });
  }
}

/// One that cannot reach its store at its start refuses with an exit code, which is right; a signal of its own is not.
void Trouble::judge_end(int number) {
  const int end = hotel_.host_end(number);
  const auto words = "host " + std::to_string(number) + " ended by itself with " + std::to_string(end);
  tell_("            " + words);
  const bool at_its_kill_point = may_end_[static_cast<std::size_t>(number)] && end == 128 + SIGKILL;
  if (end > 128 && !at_its_kill_point) crashes_.push_back(words);
}

}  // namespace agente::chaos
