#include "plugins/generation.hpp"

#include <vector>

#include <agente/channel.h>
#include <agente/exporter.h>
#include <agente/pms.h>
#include <fmt/format.h>

#include "plugins/c_abi.hpp"
#include "plugins/scheduler.hpp"
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

Generation::Generation(std::shared_ptr<Program> program, std::shared_ptr<Tenant> tenant, int number)
    : number_(number),
      plugin_(program->identity().id),
      program_(std::move(program)),
      tenant_(std::move(tenant)),
      door_(Door::open(tenant_)),
      kind_(program_->identity().kind) {}

Generation::~Generation() {
  if (state() != GenerationState::kDestroyed) retire(Steady{});  // nobody can be calling: the last owner is here
}

Result<std::shared_ptr<Generation>> Generation::create(std::shared_ptr<Program> program, config::InstanceConfig config,
                                                       std::shared_ptr<House> house, int number) {
  auto tenant = std::make_shared<Tenant>(std::move(config), std::move(house));
  std::shared_ptr<Generation> made(new Generation(std::move(program), std::move(tenant), number));  // NOLINT
  made->tenant_->run_timer = [weak = std::weak_ptr<Generation>(made)](auto* fn, void* ctx) {
    if (const auto self = weak.lock()) self->run_timer(fn, ctx);
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
  if (thrown.empty()) return abi::to_error(status, err, plugin_);
  return Error{Code::kInternal, fmt::format("plugin {} let out {} while it was created", plugin_, thrown)};
}

Result<void> Generation::find_interface() {
  const auto wanted = interface_of(kind_);
  const auto thrown = caught([&] { interface_ = program_->query(self_, abi::str(wanted)); });
  if (thrown.empty() && interface_ != nullptr && has_all(kind_, interface_)) return {};
  return Error{Code::kInternal,
               fmt::format("plugin {} does not offer all that {} requires: build it against the headers "
                           "of this host",
                           plugin_, wanted)};
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

Result<Steady> Generation::enter(const CallSpec& spec) {
  const auto deadline = std::chrono::steady_clock::now() + tenant_->config.deadline;
  const auto is_live = [&] { return state_ == GenerationState::kLive; };
  std::unique_lock lock(mutex_);
  const auto its_turn = [&] { return !is_live() || !spec.serial || !serial_taken_; };
  if (!changed_.wait_until(lock, deadline, its_turn)) {
    return Error{Code::kTimeout, fmt::format("{}: another serial call did not end in time", tenant_->config.id)};
  }
  if (!is_live()) return Error{Code::kRetry, fmt::format("{} is {}", tenant_->config.id, state_name(state_))};
  if (in_flight_ >= tenant_->config.max_concurrency) {
    return Error{
        Code::kRate,
        fmt::format("{}: {} calls are under way, which is its max_concurrency", tenant_->config.id, in_flight_),
        kFullRetry};
  }
  ++in_flight_;
  serial_taken_ |= spec.serial;
  return deadline;
}

void Generation::leave(const CallSpec& spec) {
  const std::lock_guard lock(mutex_);
  --in_flight_;
  if (spec.serial) serial_taken_ = false;
  changed_.notify_all();
}

Result<void> Generation::call(const CallSpec& spec, const Body& body) {
  const auto started = std::chrono::steady_clock::now();
  const auto deadline = enter(spec);
  auto result = deadline ? run(spec, body, *deadline) : Result<void>(deadline.error());
  if (deadline) leave(spec);
  if (!result && spec.staged != nullptr) *spec.staged = Staged{};
  auto& metrics = tenant_->house->services.metrics;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  metrics.add("plugin_calls_total",
              {{"plugin", plugin_}, {"call", spec.name}, {"outcome", std::string(outcome_name(result))}});
  metrics.observe("plugin_call_seconds", {{"plugin", plugin_}, {"call", spec.name}}, took.count());
  return result;
}

Result<void> Generation::run(const CallSpec& spec, const Body& body, Steady deadline) {
  const auto record = tenant_->calls.open(deadline, std::string(spec.trace), spec.staged);
  const agente_call call{sizeof call, 0, record->id, monotonic_ms(deadline), abi::str(record->trace)};
  auto err = abi::fresh_error();
  agente_status status = AGENTE_E_INTERNAL;
  const auto thrown = caught([&] { status = body(Frame{interface_, self_, &call, &err}); });
  tenant_->calls.close(*record);
  if (thrown.empty() && status == AGENTE_OK) return {};
  auto error = thrown.empty()
                   ? abi::to_error(status, err, plugin_)
                   : Error{Code::kInternal, fmt::format("plugin {} let out {} in {}", plugin_, thrown, spec.name)};
  const bool defect = !thrown.empty() || !abi::is_known(status);
  if (defect && spec.writes) error.code = Code::kUnknownOutcome;
  return error;
}

void Generation::run_timer(agente_status (*fn)(void*, const agente_call*, agente_error*), void* ctx) {
  Staged staged;
  const CallSpec spec{.name = "timer", .serial = true, .staged = &staged};
  auto done = call(spec, [&](const Frame& frame) { return fn(ctx, frame.call, frame.err); });
  if (done && !staged.empty()) done = tenant_->house->services.inbox.commit(tenant_->config.id, staged);
  if (!done) log::warn("plugins", "a timer failed", {{"instance", tenant_->config.id}, {"reason", done.error().text}});
}

void Generation::drain() {
  tenant_->house->scheduler->close(tenant_->lane);
  const std::lock_guard lock(mutex_);
  if (state_ == GenerationState::kCreated || state_ == GenerationState::kLive) state_ = GenerationState::kDraining;
  changed_.notify_all();
}

bool Generation::retire(Steady until) {
  drain();
  {
    std::unique_lock lock(mutex_);
    if (state_ != GenerationState::kDraining) return state_ == GenerationState::kDestroyed;
    if (!changed_.wait_until(lock, until, [&] { return in_flight_ == 0; })) {
      state_ = GenerationState::kStuck;
      door_.close();
      keep_for_ever(shared_from_this());
      return false;
    }
  }
  destroy_object();
  return true;
}

void Generation::destroy_object() {
  const auto thrown = caught([&] { program_->destroy(self_); });
  if (!thrown.empty()) {
    log::error("plugins", "a plugin let out an exception while it was destroyed",
               {{"plugin", plugin_}, {"reason", thrown}});
  }
  door_.close();
  std::shared_ptr<Program> leaving;  // closed outside the lock
  const std::lock_guard lock(mutex_);
  state_ = GenerationState::kDestroyed;
  leaving.swap(program_);
}

Condition Generation::condition() const {
  std::shared_ptr<Program> program;
  {
    const std::lock_guard lock(mutex_);
    program = program_;
  }
  return program ? program->condition(self_) : Condition{};
}

GenerationState Generation::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

int Generation::in_flight() const {
  const std::lock_guard lock(mutex_);
  return in_flight_;
}

}  // namespace agente::plugins
