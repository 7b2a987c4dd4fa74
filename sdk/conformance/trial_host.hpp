#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <agente/sdk.hpp>

namespace agente::conformance {

enum class Service : std::uint8_t { kConfig, kSecrets, kClock, kMetrics, kHttp, kKv, kTimer, kLimits, kInbox };
inline constexpr std::array kServices{Service::kConfig,  Service::kSecrets, Service::kClock,
                                      Service::kMetrics, Service::kHttp,    Service::kKv,
                                      Service::kTimer,   Service::kLimits,  Service::kInbox};
[[nodiscard]] std::string_view service_name(Service service);

/// The struct_size that a record has at least: its size in 0.1, where all began.
template <class Record>
inline constexpr std::uint32_t kSmallest = sizeof(Record);
template <>
inline constexpr std::uint32_t kSmallest<agente_outbound> = offsetof(agente_outbound, details);
template <>
inline constexpr std::uint32_t kSmallest<agente_inbound> = offsetof(agente_inbound, choice);
template <>
inline constexpr std::uint32_t kSmallest<agente_instance> = offsetof(agente_instance, accounts);
static_assert(AGENTE_ABI_MINOR == 3,
              "a record that has grown since 0.1 needs its size of then here, as a specialisation");

/// A rule that a plugin broke by what it asked of the host.
struct Breach {
  enum class Rule : std::uint8_t {
    kForeignThread,  ///< a service was used outside of any call of the instance
    kStaleCall,      ///< with a call that is over, or without one where one is needed
    kAfterEnd,       ///< after destroy had returned
    kBeforeLive,     ///< kv was written before the instance was live
    kStaging,        ///< accept, receipt or stage in a call where they are not allowed
    kMalformed,      ///< a record, name or text that is not what the header asks for
  };
  Rule rule;
  std::string text;
};

/// What a plugin keeps in the host; outlives its instances, as between two versions.
struct Kv {
  struct Entry {
    std::string value;
    std::uint32_t schema = 0;
    std::uint64_t revision = 0;
  };
  std::mutex mutex;
  std::map<std::string, Entry> entries;
  std::uint64_t revision = 0;
};

/// The host's side of one instance. It serves like the real host, fails as it is told, and writes down what happens.
/// Thread-safe; stays alive after the instance ended, as the real one's tables do.
class TrialHost {
 public:
  struct Request {
    std::string method;
    std::string url;
    std::string headers;  ///< "name: value" lines
    std::string body;
  };
  /// What http answers.
  struct Web {
    agente_status code = AGENTE_OK;
    int status = 200;
    std::string body;
    bool hangs = false;  ///< until the deadline, then TIMEOUT
    std::vector<std::pair<std::string, std::string>> headers{};
  };
  struct Timer {
    std::uint64_t id;
    std::uint32_t period_ms;
    agente_status (*fn)(void*, const agente_call*, agente_error*);
    void* ctx;
  };

  TrialHost(Kv& kv, std::string config, std::map<std::string, std::string> secrets);
  TrialHost(const TrialHost&) = delete;
  TrialHost& operator=(const TrialHost&) = delete;

  [[nodiscard]] const agente_host* raw() const { return &raw_.base; }

  // ---- the instance's life
  void go_live() { live_ = true; }
  void end();

  /// While one stands, its thread may use the services.
  class Inside {
   public:
    explicit Inside(const TrialHost& host) : before_(current) { current = &host; }
    ~Inside() { current = before_; }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    friend class TrialHost;
    static thread_local const TrialHost* current;
    const TrialHost* before_;
  };

  /// A call begins: its id, and whether messages may be staged in it.
  void begin(std::uint64_t id, bool may_stage, std::int64_t deadline_ms);
  /// Ends it; tells how much was staged. The kv values staged in it are kept if `commit`.
  std::size_t finish(std::uint64_t id, bool commit);
  [[nodiscard]] static std::int64_t monotonic_ms();

  /// From now on the provider itself is asked, and it is the time that it is.
  void go_online() { online_ = true; }

  // ---- script
  void set_failing(Service service, agente_status code) { failing_.at(static_cast<std::size_t>(service)) = code; }
  void set_web(Web web);
  void set_secret(const std::string& pointer, const std::string& value);
  /// When a connection breaks that something was asked over.
  enum class Break : std::uint8_t { kNone, kBefore, kAfter };  ///< before it was carried out, or after
  /// The connection breaks once, at the `at`th (from 1) request or kv write from now on.
  void break_at(int at, Break when);
  /// Nothing breaks any more; whether it had come to it.
  bool mend();

  // ---- what was seen
  [[nodiscard]] std::vector<Breach> breaches(Breach::Rule rule) const;
  [[nodiscard]] std::vector<Request> requests() const;
  [[nodiscard]] std::string log() const;
  [[nodiscard]] std::vector<Timer> timers() const;
  /// Whether it may fire now: it was not stopped meanwhile. One that fires only once is gone then.
  [[nodiscard]] bool take_due(std::uint64_t timer);
  /// Timers that were there when the instance ended, or failed to begin.
  [[nodiscard]] std::size_t timers_left() const { return timers_left_; }
  /// Forgets requests, log and breaches, and returns the memory.
  void forget();
  /// Forgets them and writes down no more of them.
  void close_book() {
    is_noting_ = false;
    forget();
  }

 private:
  friend struct TrialServices;
  struct Raw {
    agente_host base;
    TrialHost* self;
  };
  struct Call {
    bool may_stage;
    std::int64_t deadline_ms;
    std::size_t staged = 0;
    std::vector<std::pair<std::string, Kv::Entry>> values{};
  };

  void note(Breach::Rule rule, std::string text);
  /// Notes who asks; false when the instance is over.
  bool admit(const char* what);
  /// One request or kv write more; whether the connection breaks at it.
  Break next_break();
  agente_status fault(Service service) const { return failing_.at(static_cast<std::size_t>(service)); }
  /// shared_ptr: a plugin that kept a call may use it while another thread ends it.
  std::shared_ptr<Call> find(const agente_call* call, const char* what);

  Raw raw_;
  Kv& kv_;
  const std::string config_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> secrets_;
  std::array<std::atomic<agente_status>, kServices.size()> failing_{};
  Web web_;
  int until_break_ = 0;  ///< 0: none is to come
  Break break_ = Break::kNone;
  std::atomic<bool> live_ = false;
  std::atomic<bool> online_ = false;
  std::atomic<bool> ended_ = false;
  std::atomic<bool> is_noting_ = true;
  std::atomic<std::size_t> timers_left_ = 0;
  std::map<std::uint64_t, std::shared_ptr<Call>> calls_;
  std::vector<Breach> breaches_;
  std::vector<Request> requests_;
  std::string log_;
  std::vector<Timer> timers_;
  std::uint64_t last_timer_ = 0;
};

}  // namespace agente::conformance
