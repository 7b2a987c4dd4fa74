#include "plugins/generation.hpp"

#include <vector>

#include <agente/channel.h>
#include <agente/exporter.h>
#include <agente/pms.h>
#include <fmt/format.h>

#include "plugins/bounded.hpp"
#include "plugins/c_abi.hpp"
#include "plugins/scheduler.hpp"
#include "plugins/staging.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace agente::plugins {
namespace {

constexpr Millis kFullRetry{100};

/// What a plugin let out although nothing may cross the boundary; empty if `body` returned.
template <class F>
std::string caught(F&& body) noexcept {
  try {
    try {
      body();
      return {};
    } catch (const std::exception& e) {
      return fmt::format("an exception: {}", e.what());
    }
  } catch (...) {
    return "an exception";
  }
}

bool has_all(const agente_channel_v1& table) { return table.send != nullptr && table.self_test != nullptr; }

bool has_all(const agente_pms_v1& table) {
  return table.rooms != nullptr && table.availability != nullptr && table.book != nullptr &&
         table.find_by_reference != nullptr && table.get != nullptr && table.change != nullptr &&
         table.cancel != nullptr && table.set_stay_status != nullptr && table.changes_since != nullptr &&
         table.health != nullptr;
}

bool has_all(const agente_exporter_v1& table) {
  return table.describe != nullptr && table.export_batch != nullptr && table.self_test != nullptr;
}

std::string_view interface_of(std::uint32_t kind) {
  if (kind == AGENTE_KIND_CHANNEL) return AGENTE_CHANNEL_V1;
  return kind == AGENTE_KIND_PMS ? AGENTE_PMS_V1 : AGENTE_EXPORTER_V1;
}

bool has_all(std::uint32_t kind, const void* table) {
  if (kind == AGENTE_KIND_CHANNEL) return has_all(*static_cast<const agente_channel_v1*>(table));
  if (kind == AGENTE_KIND_PMS) return has_all(*static_cast<const agente_pms_v1*>(table));
  return has_all(*static_cast<const agente_exporter_v1*>(table));
}

/// Where stuck generations stay, out of reach of every destructor: their code may still be running.
void keep_for_ever(std::shared_ptr<Generation> stuck) {
  static auto& mutex = *new std::mutex();                               // NOLINT
  static auto& kept = *new std::vector<std::shared_ptr<Generation>>();  // NOLINT
  const std::lock_guard lock(mutex);
  kept.push_back(std::move(stuck));
}

std::string_view outcome_name(const Result<void>& result) {
  if (result) return "ok";
  switch (result.error().code) {
    case Code::kRetry:
      return "retry";
    case Code::kRate:
      return "rate";
    case Code::kTimeout:
      return "timeout";
    case Code::kUnknownOutcome:
      return "unknown";
    case Code::kInternal:
      return "internal";
    default:
      return "refused";
  }
}

}  // namespace

std::string_view state_name(GenerationState state) {
  switch (state) {
    case GenerationState::kCreated:
      return "created";
    case GenerationState::kLive:
      return "live";
    case GenerationState::kDraining:
      return "draining";
    case GenerationState::kStuck:
      return "stuck";
    case GenerationState::kDestroyed:
      return "destroyed";
  }
  return "";
}

Generation::Generation(std::shared_ptr<Program> program, std::shared_ptr<Tenant> tenant, Place place)
    : number_(place.number),
      turn_(place.turn ? std::move(place.turn) : std::make_shared<SerialTurn>()),
      identity_(program->identity()),
      program_(std::move(program)),
      tenant_(std::move(tenant)),
      door_(Door::open(tenant_)) {}

Generation::~Generation() {
  if (state() != GenerationState::kDestroyed) retire(Steady{});  // nobody can be calling: the last owner is here
}

Result<std::shared_ptr<Generation>> Generation::create(std::shared_ptr<Program> program, config::InstanceConfig config,
                                                       std::shared_ptr<House> house, Place place) {
  auto tenant = std::make_shared<Tenant>(std::move(config), std::move(house));
  std::shared_ptr<Generation> made(new Generation(std::move(program), std::move(tenant), std::move(place)));  // NOLINT
  made->tenant_->run_timer = [weak = std::weak_ptr<Generation>(made)](auto* fn, void* ctx) {
    const auto self = weak.lock();
    return !self || self->run_timer(fn, ctx);
  };
  if (auto done = made->create_object(); !done) return done.error();
  if (auto done = made->find_interface(); !done) return done.error();
  return made;
}

Result<void> Generation::create_object() {
  auto err = abi::fresh_error();
  agente_status status = AGENTE_E_INTERNAL;
  void* self = nullptr;
  const auto& config = tenant_->config.config;
  const auto thrown = caught([&] { status = program_->create(door_.host(), abi::str(config), &self, &err); });
  if (thrown.empty() && status == AGENTE_OK) {
    self_ = self;
    return {};
  }
  door_.close();
  {
    const std::lock_guard lock(mutex_);
    state_ = GenerationState::kDestroyed;  // there is no object to destroy
  }
  if (thrown.empty()) return abi::to_error(status, err, identity_.id);
  return Error{Code::kInternal, fmt::format("plugin {} let out {} while it was created", identity_.id, thrown)};
}

Result<void> Generation::find_interface() {
  const auto wanted = interface_of(identity_.kind);
  const auto thrown = caught([&] { interface_ = program_->query(self_, abi::str(wanted)); });
  if (thrown.empty() && interface_ != nullptr && has_all(identity_.kind, interface_)) return find_others();
  return Error{Code::kInternal,
               fmt::format("plugin {} does not offer all that {} requires: build it against the headers "
                           "of this host",
                           identity_.id, wanted)};
}

/// What a channel may offer besides.
Result<void> Generation::find_others() {
  if (identity_.kind != AGENTE_KIND_CHANNEL) return {};
  const auto thrown = caught([&] {
    presence_ = program_->query(self_, abi::str(AGENTE_CHANNEL_PRESENCE_V1));
    media_ = program_->query(self_, abi::str(AGENTE_CHANNEL_MEDIA_V1));
  });
  const auto* presence = static_cast<const agente_channel_presence_v1*>(presence_);
  const auto* media = static_cast<const agente_channel_media_v1*>(media_);
  const bool deaf = presence != nullptr && presence->seen == nullptr;
  const bool empty = media != nullptr && media->fetch == nullptr;
  if (!thrown.empty())
    return Error{Code::kInternal, fmt::format("plugin {} let out {} when asked what it offers", identity_.id, thrown)};
  if (!deaf && !empty) return {};
  return Error{Code::kInternal, fmt::format("plugin {} offers {} without its function: leave it out, or give it one",
                                            identity_.id, deaf ? AGENTE_CHANNEL_PRESENCE_V1 : AGENTE_CHANNEL_MEDIA_V1)};
}

bool Generation::offers_upload() const {
  return offers_media() && static_cast<const agente_channel_media_v1*>(media_)->upload != nullptr;
}

void Generation::go_live() {
  {
    const std::lock_guard lock(mutex_);
    if (state_ != GenerationState::kCreated) return;
    state_ = GenerationState::kLive;
  }
  tenant_->live = true;
  tenant_->house->scheduler->release(tenant_->lane);
}

Result<void> Generation::enter(const CallSpec& spec, Visit& visit) {
  const auto& config = tenant_->config;
  visit.deadline = std::chrono::steady_clock::now() + std::max(config.deadline, spec.at_least);
  if (spec.name.serial) visit.ticket = turn_->take(visit.deadline, [this] { return state_ != GenerationState::kLive; });
  const std::lock_guard lock(mutex_);
  const bool on_trial = spec.trial && state_ == GenerationState::kCreated;
  visit.refused = state_ != GenerationState::kLive && !on_trial;
  Result<void> entered;
  if (visit.refused) {
    entered = Error{Code::kRetry, fmt::format("{} is {}", config.id, state_name(state_))};
  } else if (spec.name.serial && visit.ticket == 0) {
    entered = Error{Code::kTimeout, fmt::format("{}: another serial call did not end in time", config.id)};
  } else if (in_flight_ >= config.max_concurrency) {
    entered = Error{Code::kRate,
                    fmt::format("{}: {} calls are under way, which is its max_concurrency", config.id, in_flight_),
                    kFullRetry};
  }
  if (!entered) {
    turn_->give_back(visit.ticket);
    return entered;
  }
  ++in_flight_;
  if (visit.ticket != 0) serial_ = visit.ticket;
  return {};
}

/// False: it got stuck meanwhile, and the turn was given to others. From here on it is not taken away any more.
bool Generation::keep_turn(const Visit& visit) {
  const std::lock_guard lock(mutex_);
  if (visit.ticket == 0) return true;
  serial_ = 0;
  return state_ != GenerationState::kStuck;
}

void Generation::leave(const Visit& visit) {
  const std::lock_guard lock(mutex_);
  --in_flight_;
  turn_->give_back(visit.ticket);
  changed_.notify_all();
}

Result<void> Generation::call(const CallSpec& spec, const Body& body) {
  auto done = try_call(spec, body);
  if (done) return *done;
  if (spec.staged != nullptr) *spec.staged = Staged{};
  return Error{Code::kRetry, fmt::format("{} is {}", tenant_->config.id, state_name(state()))};
}

std::optional<Result<void>> Generation::try_call(const CallSpec& spec, const Body& body) {
  const auto started = std::chrono::steady_clock::now();
  Visit visit;
  auto result = enter(spec, visit);
  if (visit.refused) return std::nullopt;
  const bool entered{result};
  if (entered) {
    result = run(spec, body, visit.deadline);
    if (!keep_turn(visit)) result = Error{Code::kCancelled, fmt::format("{} came back too late", tenant_->config.id)};
  }
  count(spec.name, result, std::chrono::steady_clock::now() - started);
  if (entered && result && spec.commit) result = spec.commit();
  if (entered) leave(visit);
  if (!result && spec.staged != nullptr) *spec.staged = Staged{};
  return result;
}

void Generation::count(const CallName& name, const Result<void>& result, std::chrono::duration<double> took) {
  auto& metrics = tenant_->house->services.metrics;
  metrics.add("plugin_calls_total",
              {{"plugin", identity_.id}, {"call", name.text}, {"outcome", std::string(outcome_name(result))}});
  metrics.observe("plugin_call_seconds", {{"plugin", identity_.id}, {"call", name.text}}, took.count());
}

Result<void> Generation::run(const CallSpec& spec, const Body& body, Steady deadline) {
  const auto record = tenant_->calls.open(deadline, std::string(spec.trace), spec.staged);
  const agente_call call{sizeof call, 0, record->id, monotonic_ms(deadline), abi::str(record->trace)};
  auto err = abi::fresh_error();
  agente_status status = AGENTE_E_INTERNAL;
  const auto thrown = caught([&] { status = body(Frame{interface_, self_, &call, &err, presence_, media_}); });
  tenant_->calls.close(*record);
  if (thrown.empty() && status == AGENTE_OK) return {};
  auto error = thrown.empty() ? abi::to_error(status, err, identity_.id)
                              : Error{Code::kInternal,
                                      fmt::format("plugin {} let out {} in {}", identity_.id, thrown, spec.name.text)};
  const bool defect = !thrown.empty() || !abi::is_known(status);
  if (defect && spec.writes) error.code = Code::kUnknownOutcome;
  return error;
}

bool Generation::run_timer(agente_status (*fn)(void*, const agente_call*, agente_error*), void* ctx) {
  const auto shift = tenant_->begin_shift();
  if (!shift) return false;
  Staged staged;
  const CallSpec spec{.name = {"fn", "timer"}, .staged = &staged, .commit = committing(*tenant_, staged, *shift)};
  const auto done = call(spec, [&](const Frame& frame) { return fn(ctx, frame.call, frame.err); });
  if (!done) log::warn("plugins", "a timer failed", {{"instance", tenant_->config.id}, {"reason", done.error().text}});
  return true;
}

void Generation::drain() {
  tenant_->house->scheduler->close(tenant_->lane);
  {
    const std::lock_guard lock(mutex_);
    if (state_ == GenerationState::kCreated || state_ == GenerationState::kLive) state_ = GenerationState::kDraining;
    changed_.notify_all();
  }
  turn_->wake();
}

bool Generation::idle_by(Steady until) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, until, [&] { return in_flight_ == 0; });
}

bool Generation::retire(Steady until, Millis to_destroy, const std::stop_token& hurry) {
  drain();
  {
    std::unique_lock lock(mutex_);
    if (state_ != GenerationState::kDraining) return state_ == GenerationState::kDestroyed;
    if (!changed_.wait_until(lock, until, [&] { return in_flight_ == 0; })) {
      state_ = GenerationState::kStuck;
      turn_->give_back(serial_);
      tenant_->house->scheduler->give_up(tenant_->lane);
      door_.close();
      keep_for_ever(shared_from_this());
      return false;
    }
  }
  return destroy_object(to_destroy, hurry);
}

/// On a thread of its own, which may hang there and keeps the code then. Closing the code runs some of it, too.
bool Generation::destroy_object(Millis limit, const std::stop_token& hurry) {
  std::shared_ptr<Program> leaving;
  {
    const std::lock_guard lock(mutex_);
    leaving.swap(program_);
  }
  std::function<std::string()> work = [program = leaving, self = self_] {
    return caught([&] { program->destroy(self); });
  };
  leaving.reset();
  const auto thrown = within<std::string>(limit, hurry, std::move(work));
  door_.close();
  if (const auto why = thrown ? *thrown : thrown.error().text; !why.empty()) {
    log::error("plugins", "a plugin was not destroyed as it should be",
               {{"plugin", identity_.id}, {"instance", tenant_->config.id}, {"reason", why}});
  }
  const std::lock_guard lock(mutex_);
  state_ = thrown ? GenerationState::kDestroyed : GenerationState::kStuck;
  return bool{thrown};
}

Condition Generation::condition() const {
  std::shared_ptr<Program> program;
  {
    const std::lock_guard lock(mutex_);
    program = program_;
  }
  return program ? program->condition(self_) : Condition{};
}

GenerationState Generation::state() const { return state_; }

int Generation::in_flight() const {
  const std::lock_guard lock(mutex_);
  return in_flight_;
}

}  // namespace agente::plugins
