/// Timers on the host's threads.
#pragma once

#include <chrono>
#include <functional>
#include <utility>

#include <agente/sdk/host.hpp>

namespace agente {

/// Calls `work(call)` after `delay`, then every `period` (0: only once), one at a time. Make it a member of the
/// plugin's class, so that it dies with the instance, when no call runs any more; declare it last, so that it dies
/// first:
///
///     tick_(host_, 30s, 30s, [this](agente::call call) { refresh(call); })
///
/// It may accept messages and stage kv writes as a poll may. If `work` throws, they are dropped and the text is logged;
/// the next period comes all the same. A timer made in the constructor starts when the instance is live. Where several
/// hosts share a store, the timers of an instance run on one of them at a time: what they learn for the others belongs
/// in kv.
class timer {
 public:
  timer(const host& h, std::chrono::milliseconds delay, std::chrono::milliseconds period,
        std::function<void(call)> work)
      : host_(h), work_(std::move(work)) {
    detail::failure err;
    err.check(host_.timers().start(host_.raw(), detail::to_u32(delay.count()), detail::to_u32(period.count()),
                                   &timer::fire, this, &id_, &err.raw),
              "timer start");
  }
  ~timer() { stop(); }
  timer(const timer&) = delete;
  timer& operator=(const timer&) = delete;

  /// No further call begins; one under way may still be running.
  void stop() noexcept {
    detail::guarded(nullptr, [&]() -> agente_status { return host_.timers().stop(host_.raw(), id_); });
  }

 private:
  static agente_status fire(void* self, const agente_call* c, agente_error* err) noexcept {
    auto& me = *static_cast<timer*>(self);
    const auto visit = me.host_.enter(named_call(AGENTE_TIMER_V1, "fn"), err);
    if (!visit.is_let_in()) return AGENTE_E_INTERNAL;
    return detail::guarded(err, [&]() -> agente_status {
      me.work_(me.host_.wrap(c));
      return AGENTE_OK;
    });
  }

  host host_;
  std::function<void(call)> work_;
  std::uint64_t id_ = 0;
};

}  // namespace agente
