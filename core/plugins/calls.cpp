#include "plugins/calls.hpp"

#include <atomic>

#include "plugins/c_abi.hpp"

namespace agente::plugins {

std::shared_ptr<Call> Calls::open(Steady deadline, std::string trace, Staged* staged) {
  static std::atomic<std::uint64_t> next{1};  // one sequence for all: a foreign id is never taken for an own one
  auto call = std::make_shared<Call>();
  call->id = next.fetch_add(1, std::memory_order_relaxed);
  call->deadline = deadline;
  call->trace = std::move(trace);
  call->staged = staged;
  const std::lock_guard lock(mutex_);
  open_.emplace(call->id, call);
  return call;
}

void Calls::close(Call& call) {
  {
    const std::lock_guard lock(call.mutex);
    call.over = true;
    call.staged = nullptr;
  }
  const std::lock_guard lock(mutex_);
  open_.erase(call.id);
}

std::shared_ptr<Call> Calls::find(const agente_call* call) const {
  if (!abi::complete(call)) return nullptr;
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(call->id);
  return found == open_.end() ? nullptr : found->second;
}

std::int64_t monotonic_ms(Steady moment) {
  return std::chrono::duration_cast<Millis>(moment.time_since_epoch()).count();
}

}  // namespace agente::plugins
