#include "base/calendar.hpp"
#include "plugins/c_abi.hpp"
#include "plugins/tenant.hpp"

// agente.clock/1

namespace agente::plugins {
namespace {

std::int64_t now_ms(const agente_host* host) noexcept {
  const auto tenant = Door::tenant(host);
  return tenant ? tenant->house->services.clock.now().time_since_epoch().count() : 0;
}

std::int64_t monotonic(const agente_host* /*host*/) noexcept { return monotonic_ms(std::chrono::steady_clock::now()); }

agente_status local_day(const agente_host* host, std::int64_t time_ms, agente_str zone, agente_day* out) noexcept {
  return serve(host, nullptr, [&](Tenant&) -> Result<void> {
    constexpr std::int64_t kLargest = std::int64_t{253402300799} * 1000;  // the year 9999
    const auto name = abi::text(zone);
    if (out == nullptr || !name || !is_time_zone(*name)) return Error{Code::kInvalid, "unknown time zone"};
    if (time_ms < -kLargest || time_ms > kLargest) return Error{Code::kInvalid, "a time beyond the year 9999"};
    *out = static_cast<agente_day>(day_in_zone(Time{Millis{time_ms}}, *name).time_since_epoch().count());
    return {};
  });
}

}  // namespace

const agente_clock_v1 kClockService{&now_ms, &monotonic, &local_day};

}  // namespace agente::plugins
