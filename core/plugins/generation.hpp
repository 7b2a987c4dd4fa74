#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include <agente/abi.h>

#include "plugins/call_name.hpp"
#include "plugins/program.hpp"
#include "plugins/serial_turn.hpp"
#include "plugins/tenant.hpp"

namespace agente::plugins {

enum class GenerationState { kCreated, kLive, kDraining, kStuck, kDestroyed };

/// "created", "live", "draining", "stuck", "destroyed".
[[nodiscard]] std::string_view state_name(GenerationState state);

/// How one call into a plugin is made.
struct CallSpec {
  CallName name;  ///< "send"; one that is serial waits until no other serial call of the instance runs
  std::string_view trace{};
  bool trial = false;        ///< may also be made before the generation is live
  bool writes = false;       ///< may change something outside: a defect on the way leaves the outcome unknown
  Millis at_least{0};        ///< so long it may take, where the instance's own deadline is shorter
  Staged* staged = nullptr;  ///< emptied unless the call succeeds; null: it may not stage anything
  /// Makes what it staged durable, once the plugin has succeeded; its error is the call's. A serial call keeps its turn
  /// meanwhile: the next one sees what this one left.
  std::function<Result<void>()> commit{};
};

/// Where a generation stands among those of its instance.
struct Place {
  int number = 1;                    ///< from 1
  std::shared_ptr<SerialTurn> turn;  ///< shared_ptr: belongs to all generations of the instance; null: its own
};

/// What the code that enters the plugin gets.
struct Frame {
  const void* interface;  ///< the table of the plugin's kind
  void* self;
  const agente_call* call;
  agente_error* err;
  const void* presence = nullptr;  ///< agente.channel.presence/1; null when the plugin does not offer it
  const void* media = nullptr;     ///< agente.channel.media/1; likewise
};

/// One instance's object on its program: created, live, draining, destroyed. Thread-safe.
///
/// Calls are counted and bounded; a call keeps the object and the code alive. `retire` ends it once no call is under
/// way; what is still busy at its limit is stuck and stays for ever, since its code may be running. So is what hangs
/// while it is destroyed.
class Generation : public std::enable_shared_from_this<Generation> {
 public:
  using Body = std::function<agente_status(const Frame&)>;

  /// Opens nothing: `program` is of the kind the config says. kConfig and others as the plugin answers; kInternal for
  /// a plugin that breaks the rules of plugin-api.
  static Result<std::shared_ptr<Generation>> create(std::shared_ptr<Program> program, config::InstanceConfig config,
                                                    std::shared_ptr<House> house, Place place);
  ~Generation();
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  /// From here on it takes calls, its timers run, and it may write and accept.
  void go_live();

  /// Runs `body` inside the plugin. kRate: max_concurrency calls are under way; kRetry: not live; kTimeout: a serial
  /// call did not get its turn before the deadline; else what the plugin answered. A serial call that ends after the
  /// generation got stuck is kCancelled: the next one has had its turn since.
  Result<void> call(const CallSpec& spec, const Body& body);
  /// The same, but nothing when it takes no calls (any more): nothing was done, ask the next generation.
  std::optional<Result<void>> try_call(const CallSpec& spec, const Body& body);

  /// Takes no more calls and starts no more timers; those under way go on.
  void drain();
  /// No call is under way, or none by `until`.
  [[nodiscard]] bool idle_by(Steady until);
  /// Drains, waits for the calls under way until `until`, destroys the object within `to_destroy` and lets go of the
  /// program. False: still busy, or not destroyed in time or before `hurry`; it is stuck.
  bool retire(Steady until, Millis to_destroy, const std::stop_token& hurry = {});
  /// The same with as long to destroy the object as is usual.
  bool retire(Steady until) { return retire(until, usual_destroy_limit()); }
  /// As long as a call; in a process of its own, one that hangs is killed by then.
  [[nodiscard]] Millis usual_destroy_limit() const { return tenant_->config.deadline + Millis{2'500}; }

  [[nodiscard]] GenerationState state() const;
  [[nodiscard]] int in_flight() const;
  [[nodiscard]] int number() const { return number_; }
  /// Whose code it is; also when it has been let go.
  [[nodiscard]] const Identity& identity() const { return identity_; }
  [[nodiscard]] Condition condition() const;
  [[nodiscard]] const void* interface() const { return interface_; }
  [[nodiscard]] bool offers_presence() const { return presence_ != nullptr; }
  [[nodiscard]] bool offers_media() const { return media_ != nullptr; }
  [[nodiscard]] bool offers_upload() const;
  [[nodiscard]] Tenant& tenant() { return *tenant_; }

 private:
  Generation(std::shared_ptr<Program> program, std::shared_ptr<Tenant> tenant, Place place);

  /// One call on its way through.
  struct Visit {
    Steady deadline{};
    SerialTurn::Ticket ticket = 0;
    bool refused = false;  ///< it takes no calls
  };

  Result<void> create_object();
  Result<void> find_interface();
  Result<void> find_others();
  bool destroy_object(Millis limit, const std::stop_token& hurry);
  Result<void> enter(const CallSpec& spec, Visit& visit);
  bool keep_turn(const Visit& visit);
  void leave(const Visit& visit);
  void count(const CallName& name, const Result<void>& result, std::chrono::duration<double> took);
  Result<void> run(const CallSpec& spec, const Body& body, Steady deadline);
  bool run_timer(agente_status (*fn)(void*, const agente_call*, agente_error*), void* ctx);

  const int number_;
  const std::shared_ptr<SerialTurn> turn_;
  const Identity identity_;
  std::shared_ptr<Program> program_;  // let go by retire
  std::shared_ptr<Tenant> tenant_;    // shared_ptr: services hold it while they run
  Door& door_;
  void* self_ = nullptr;
  const void* interface_ = nullptr;
  const void* presence_ = nullptr;
  const void* media_ = nullptr;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<GenerationState> state_ = GenerationState::kCreated;  // written under mutex_
  int in_flight_ = 0;
  SerialTurn::Ticket serial_ = 0;  // of the serial call under way
};

}  // namespace agente::plugins
