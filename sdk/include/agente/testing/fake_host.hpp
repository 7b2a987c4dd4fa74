/// The fake host. See <agente/fake_host.hpp>.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <agente/testing/json_pointer.hpp>
#include <agente/testing/records.hpp>

namespace agente::testing {

namespace detail {
struct services;
}

/// Thread-safe: a test may call its plugin from several threads. Outlives every instance made with it; one at a time.
/// Its kv, log and inbox stay when an instance goes and the next one comes, as after a restart.
class fake_host {
 public:
  fake_host() = default;
  fake_host(const fake_host&) = delete;
  fake_host& operator=(const fake_host&) = delete;

  identity me;                                 ///< who the instance is
  std::vector<std::string> accounts;           ///< that belong to a hotel; none named: every account does
  std::chrono::milliseconds deadline{10'000};  ///< what each call gets
  std::string trace = "00000000000000aa";      ///< of each call

  // ---- the clock stands still until it is moved; at first it is 2026-09-15 12:00:00 UTC
  void set_now(time_point moment) {
    locked([&] { now_ms_ = to_abi(moment); });
  }
  [[nodiscard]] time_point now() const {
    return locked([&] { return from_abi_time(now_ms_); });
  }
  /// Moves the clock and fires the timers that fall due, in order, each at its own time.
  void advance(std::chrono::milliseconds by);
  /// What local_day knows: "UTC" and these. No summer time: set what holds at the moment.
  void set_zone(const std::string& name, std::chrono::minutes ahead_of_utc) {
    locked([&] { zones_[name] = ahead_of_utc; });
  }

  // ---- limits
  /// Other hosts have used up what host::take counts by this name: one use at a time comes back.
  void use_up_limit(const std::string& name) {
    locked([&] { limits_[name] = std::chrono::microseconds::max(); });
  }

  // ---- secrets, by JSON pointer: "/token", "/app_secret/0"
  void set_secret(const std::string& pointer, std::string value) {
    locked([&] { secrets_[pointer] = std::move(value); });
  }
  void forget_secret(const std::string& pointer) {
    locked([&] { secrets_.erase(pointer); });
  }

  // ---- http: each answer is used once, in the order given for its method and url; then `otherwise`, if set
  void answer(const std::string& method, const std::string& url, http_response response) {
    locked([&] { script_[method + " " + url].push_back({.response = std::move(response)}); });
  }
  /// RETRY and TIMEOUT: nothing was sent. UNKNOWN_OUTCOME: sent, but no answer came.
  void fail(const std::string& method, const std::string& url, agente_status code, std::string text = "scripted",
            std::chrono::milliseconds retry_after = {}) {
    locked([&] {
      script_[method + " " + url].push_back(
          {.code = code, .text = std::move(text), .retry_after_ms = detail::to_u32(retry_after.count())});
    });
  }
  /// Answers whatever is not scripted; it may throw agente::error. Without it such a request is a misuse.
  void otherwise(std::function<http_response(const http_request&)> answer) {
    locked([&] { otherwise_ = std::move(answer); });
  }
  [[nodiscard]] std::vector<http_request> requests() const {
    return locked([&] { return requests_; });
  }

  // ---- what the plugin did
  [[nodiscard]] std::vector<inbound> inbox() const {
    return locked([&] { return inbox_; });
  }  ///< committed ones
  [[nodiscard]] std::vector<agente::receipt> receipts() const {
    return locked([&] { return receipts_; });
  }
  [[nodiscard]] std::vector<log_line> log() const {
    return locked([&] { return log_; });
  }
  [[nodiscard]] bool logged(std::string_view part) const {
    return locked([&] {
      return std::any_of(log_.begin(), log_.end(),
                         [&](const auto& l) { return l.text.find(part) != std::string::npos; });
    });
  }
  /// A counter's or gauge's value; 0 when it was never touched.
  [[nodiscard]] double metric(const std::string& name, const std::map<std::string, std::string>& labels = {}) const {
    return locked([&] {
      const auto found = metrics_.find(detail::series(name, labels));
      return found == metrics_.end() ? 0.0 : found->second;
    });
  }
  /// A histogram's values.
  [[nodiscard]] std::vector<double> observed(const std::string& name,
                                             const std::map<std::string, std::string>& labels = {}) const {
    return locked([&] {
      const auto found = observed_.find(detail::series(name, labels));
      return found == observed_.end() ? std::vector<double>{} : found->second;
    });
  }

  // ---- kv
  [[nodiscard]] std::map<std::string, kv_entry> kv() const {
    return locked([&] { return kv_; });
  }
  void set_kv(const std::string& key, std::string value, std::uint32_t schema) {
    locked([&] { kv_[key] = {key, std::move(value), schema, ++revision_}; });
  }
  /// From now on the store answers RETRY, or works again.
  void set_kv_down(bool down) {
    locked([&] { kv_down_ = down; });
  }

  // ---- for the instance under test
  [[nodiscard]] const agente_host* raw() const noexcept { return &raw_.base; }
  void begin_instance(std::string_view config_json);
  void go_live();
  /// Throws misuse while a call is under way: destroy is [quiesced].
  void end_calls();
  void end_instance();
  /// One call of the host into the plugin, with `work(const agente_call*)` returning its status. Commits what was
  /// staged if that is AGENTE_OK and `commit()` says so. Throws misuse if there was any, and if `job` is [serial] and
  /// another [serial] call of the instance is under way.
  template <class Work, class Commit>
  agente_status run(const tagged_call& job, bool may_stage, Work&& work, Commit&& commit);

 private:
  friend struct detail::services;
  enum class phase { none, creating, live };

  struct raw_host {
    agente_host base;
    fake_host* self;
  };

  template <class Body>
  std::invoke_result_t<Body&> locked(Body&& body) const {
    const std::lock_guard lock(mutex_);
    return body();
  }
  static const void* query(const agente_host* host, agente_str id);
  std::optional<std::pair<std::uint64_t, detail::pending_timer>> take_due(std::int64_t until);
  void fire(const detail::pending_timer& timer);
  void take_turn(const tagged_call& job);
  void complain(std::string what) { misuses_.push_back(std::move(what)); }
  void commit(const detail::staging& staged);
  void throw_misuse();

  raw_host raw_{{sizeof(agente_host), AGENTE_ABI_MAJOR, AGENTE_ABI_MINOR, 0, &fake_host::query}, this};
  mutable std::mutex mutex_;
  phase phase_ = phase::none;
  std::string config_;
  std::vector<agente_str> account_texts_;  // of `accounts`, as an instance is told
  std::int64_t now_ms_ = 1'789'473'600'000;
  std::int64_t monotonic_ms_ = 1'000'000;
  std::map<std::string, std::chrono::minutes> zones_{{"UTC", {}}, {"Europe/Madrid", std::chrono::hours{2}}};
  std::map<std::string, std::string> secrets_;
  std::map<std::string, std::deque<detail::outcome>> script_;
  std::function<http_response(const http_request&)> otherwise_;
  std::vector<http_request> requests_;
  std::vector<inbound> inbox_;
  std::vector<agente::receipt> receipts_;
  std::vector<log_line> log_;
  std::map<std::string, double> metrics_;
  std::map<std::string, std::vector<double>> observed_;
  std::map<std::string, kv_entry> kv_;
  std::uint64_t revision_ = 0;
  std::map<std::string, std::chrono::microseconds> limits_;  ///< until all that was taken is made up for, since 1970
  bool kv_down_ = false;
  std::map<std::uint64_t, detail::pending_timer> timers_;
  std::map<std::uint64_t, detail::staging> calls_;
  const char* serial_ = nullptr;  // the [serial] call under way
  bool ending_ = false;           // end_calls was called
  std::uint64_t last_id_ = 0;
  std::vector<std::string> misuses_;
};

template <class Work, class Commit>
agente_status fake_host::run(const tagged_call& job, bool may_stage, Work&& work, Commit&& commit_if) {
  auto call = detail::sized<agente_call>();
  call.trace = detail::str(trace);
  locked([&] {
    take_turn(job);
    call.id = ++last_id_;
    call.deadline_ms = monotonic_ms_ + deadline.count();
    calls_[call.id].allowed = may_stage;
  });
  const auto status = work(&call);
  locked([&] {
    const auto staged = std::move(calls_.at(call.id));
    calls_.erase(call.id);
    if (job.tag == tag::serial) serial_ = nullptr;
    if (status == AGENTE_OK && commit_if()) commit(staged);
  });
  throw_misuse();
  return status;
}

inline void fake_host::take_turn(const tagged_call& job) {
  if (phase_ != phase::live || ending_)
    throw misuse(std::string{"the test called "} + job.function + " of no live instance");
  if (job.tag != tag::serial) return;
  if (serial_)
    throw misuse(std::string{"the test called "} + job.function + " while " + serial_ +
                 " was running; both are [serial]: one at a time");
  serial_ = job.function;
}

inline void fake_host::end_calls() {
  locked([&] {
    if (!calls_.empty())
      throw misuse("the test ended its instance while " + std::to_string(calls_.size()) +
                   " of its calls were running; destroy is [quiesced]: join them first");
    ending_ = true;
  });
}

inline void fake_host::commit(const detail::staging& staged) {
  inbox_.insert(inbox_.end(), staged.messages.begin(), staged.messages.end());
  receipts_.insert(receipts_.end(), staged.receipts.begin(), staged.receipts.end());
  for (const auto& entry : staged.kv) {
    kv_[entry.key] = entry;
    kv_[entry.key].revision = ++revision_;
  }
}

inline void fake_host::throw_misuse() {
  const auto found = locked([&] { return std::exchange(misuses_, {}); });
  if (!found.empty()) throw misuse(found.front());
}

inline void fake_host::begin_instance(std::string_view config_json) {
  locked([&] {
    if (phase_ != phase::none) throw misuse("fake_host: one instance at a time");
    phase_ = phase::creating;
    ending_ = false;
    config_ = config_json;
  });
}

inline void fake_host::go_live() {
  locked([&] {
    phase_ = phase::live;
    for (auto& [id, timer] : timers_) timer.due_ms = monotonic_ms_ + timer.delay_ms;
  });
}

inline void fake_host::end_instance() {
  locked([&] {
    phase_ = phase::none;
    timers_.clear();
  });
}

/// The earliest timer due by `until`; the clock moves to its moment.
inline std::optional<std::pair<std::uint64_t, detail::pending_timer>> fake_host::take_due(std::int64_t until) {
  return locked([&]() -> std::optional<std::pair<std::uint64_t, detail::pending_timer>> {
    const auto first = std::min_element(timers_.begin(), timers_.end(),
                                        [](const auto& a, const auto& b) { return a.second.due_ms < b.second.due_ms; });
    if (first == timers_.end() || first->second.due_ms > until) return std::nullopt;
    const std::pair<std::uint64_t, detail::pending_timer> due = *first;
    now_ms_ += due.second.due_ms - monotonic_ms_;
    monotonic_ms_ = due.second.due_ms;
    if (due.second.period_ms == 0)
      timers_.erase(first);
    else
      first->second.due_ms += due.second.period_ms;
    return due;
  });
}

inline void fake_host::fire(const detail::pending_timer& timer) {
  detail::failure err;
  const auto status = run(
      named_call(AGENTE_TIMER_V1, "fn"), true,
      [&](const agente_call* call) { return timer.fn(timer.ctx, call, &err.raw); }, [] { return true; });
  if (status == AGENTE_OK) return;
  locked([&] { log_.push_back({AGENTE_LOG_ERROR, std::string{err.raw.text, err.raw.text_len}, {}, trace}); });
}

inline void fake_host::advance(std::chrono::milliseconds by) {
  const auto until = locked([&] { return monotonic_ms_ + by.count(); });
  if (locked([&] { return phase_ == phase::live; }))
    while (const auto due = take_due(until)) fire(due->second);
  locked([&] {
    now_ms_ += until - monotonic_ms_;
    monotonic_ms_ = until;
  });
}

}  // namespace agente::testing

#include <agente/testing/services.hpp>
