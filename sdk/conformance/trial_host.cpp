#include "conformance/trial_host.hpp"

#include <algorithm>
#include <utility>

#include "conformance/trial_services.hpp"

namespace agente::conformance {
namespace {

/// Enough to judge by; a plugin that calls in a loop must not fill the memory.
constexpr std::size_t kMostKept = 200;
constexpr std::size_t kMostLog = std::size_t{1} << 20U;

}  // namespace

thread_local const TrialHost* TrialHost::Inside::current = nullptr;

std::string_view service_name(Service service) {
  constexpr std::array<std::string_view, kServices.size()> kNames{"config", "secrets", "clock",  "metrics", "http",
                                                                  "kv",     "timer",   "limits", "inbox"};
  return kNames.at(static_cast<std::size_t>(service));
}

TrialHost::TrialHost(Kv& kv, std::string config, std::map<std::string, std::string> secrets)
    : raw_{{sizeof(agente_host), AGENTE_ABI_MAJOR, AGENTE_ABI_MINOR, 0, &TrialServices::query}, this},
      kv_(kv),
      config_(std::move(config)),
      secrets_(std::move(secrets)) {}

void TrialHost::end() {
  ended_ = true;
  const std::lock_guard lock(mutex_);
  timers_left_ = timers_.size();
  std::vector<Timer>().swap(timers_);
}

void TrialHost::begin(std::uint64_t id, bool may_stage, std::int64_t deadline_ms) {
  const std::lock_guard lock(mutex_);
  calls_.insert_or_assign(id, std::make_shared<Call>(Call{may_stage, deadline_ms}));
}

std::size_t TrialHost::finish(std::uint64_t id, bool commit) {
  const std::lock_guard lock(mutex_);
  auto ended = calls_.extract(id);
  if (ended.empty()) return 0;
  auto& call = *ended.mapped();
  if (commit) {
    const std::lock_guard kv_lock(kv_.mutex);
    for (auto& [key, entry] : call.values) {
      entry.revision = ++kv_.revision;
      kv_.entries[key] = std::move(entry);
    }
  }
  return call.staged;
}

std::int64_t TrialHost::monotonic_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

void TrialHost::set_web(Web web) {
  const std::lock_guard lock(mutex_);
  web_ = std::move(web);
}

void TrialHost::set_secret(const std::string& pointer, const std::string& value) {
  const std::lock_guard lock(mutex_);
  secrets_[pointer] = value;
}

void TrialHost::break_at(int at, Break when) {
  const std::lock_guard lock(mutex_);
  until_break_ = at;
  break_ = when;
}

bool TrialHost::mend() {
  const std::lock_guard lock(mutex_);
  return std::exchange(until_break_, 0) == 0;
}

TrialHost::Break TrialHost::next_break() {
  const std::lock_guard lock(mutex_);
  return until_break_ != 0 && --until_break_ == 0 ? break_ : Break::kNone;
}

std::vector<Breach> TrialHost::breaches(Breach::Rule rule) const {
  const std::lock_guard lock(mutex_);
  std::vector<Breach> found;
  std::ranges::copy_if(breaches_, std::back_inserter(found), [&](const Breach& b) { return b.rule == rule; });
  return found;
}

std::vector<TrialHost::Request> TrialHost::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::string TrialHost::log() const {
  const std::lock_guard lock(mutex_);
  return log_;
}

std::vector<TrialHost::Timer> TrialHost::timers() const {
  const std::lock_guard lock(mutex_);
  return timers_;
}

bool TrialHost::take_due(std::uint64_t timer) {
  const std::lock_guard lock(mutex_);
  const auto due = std::ranges::find(timers_, timer, &Timer::id);
  if (due == timers_.end()) return false;
  if (due->period_ms == 0) timers_.erase(due);
  return true;
}

void TrialHost::forget() {
  const std::lock_guard lock(mutex_);
  std::vector<Breach>().swap(breaches_);  // with their memory, which some checks count
  std::vector<Request>().swap(requests_);
  std::string().swap(log_);
}

void TrialHost::note(Breach::Rule rule, std::string text) {
  if (!is_noting_) return;
  const std::lock_guard lock(mutex_);
  if (breaches_.size() < kMostKept) breaches_.push_back({rule, std::move(text)});
}

bool TrialHost::admit(const char* what) {
  if (ended_) {
    note(Breach::Rule::kAfterEnd, std::string(what) + " was called after destroy had returned");
    return false;
  }
  if (Inside::current != this)
    note(Breach::Rule::kForeignThread, std::string(what) + " was called by a thread that the host did not lend");
  return true;
}

std::shared_ptr<TrialHost::Call> TrialHost::find(const agente_call* call, const char* what) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = call == nullptr ? calls_.end() : calls_.find(call->id);
    if (found != calls_.end()) return found->second;
  }
  note(Breach::Rule::kStaleCall,
       std::string(what) + (call == nullptr ? " was used without a call" : " was used with a call that was over"));
  return nullptr;
}

namespace detail {

void keep(std::vector<TrialHost::Request>& all, TrialHost::Request one) {
  if (all.size() < kMostKept) all.push_back(std::move(one));
}

void keep(std::string& log, std::string_view line) {
  if (log.size() + line.size() < kMostLog) log.append(line).append("\n");
}

}  // namespace detail

}  // namespace agente::conformance
