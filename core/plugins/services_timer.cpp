#include <algorithm>

#include "plugins/c_abi.hpp"
#include "plugins/scheduler.hpp"
#include "plugins/tenant.hpp"

// agente.timer/1

namespace agente::plugins {
namespace {

constexpr std::uint32_t kShortestPeriod = 10;  // ms

agente_status start(const agente_host* host, std::uint32_t delay_ms, std::uint32_t period_ms,
                    agente_status (*fn)(void*, const agente_call*, agente_error*), void* ctx, std::uint64_t* id,
                    agente_error* err) noexcept {
  return serve(host, err, [&](Tenant& tenant) -> Result<void> {
    if (fn == nullptr) return Error{Code::kInvalid, "a timer needs a function"};
    auto task = [run = tenant.run_timer, fn, ctx, period_ms]() -> std::optional<Millis> {
      if (!run(fn, ctx)) return Duty::kLook;
      if (period_ms == 0) return std::nullopt;
      return Millis{std::max(period_ms, kShortestPeriod)};
    };
    const auto timer = tenant.house->scheduler->add(tenant.lane, Millis{delay_ms}, std::move(task));
    if (!timer) return timer.error();
    if (id != nullptr) *id = *timer;
    return {};
  });
}

agente_status stop(const agente_host* host, std::uint64_t id) noexcept {
  return serve(host, nullptr, [&](Tenant& tenant) -> Result<void> {
    if (tenant.house->scheduler->remove(tenant.lane, id)) return {};
    return Error{Code::kNotFound, "the instance has no such timer"};
  });
}

}  // namespace

const agente_timer_v1 kTimerService{&start, &stop};

}  // namespace agente::plugins
