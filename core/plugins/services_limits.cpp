#include "cache/cache.hpp"
#include "plugins/c_abi.hpp"
#include "plugins/tenant.hpp"

// agente.limits/1

namespace agente::plugins {
namespace {

constexpr std::uint32_t kLongestWindow = 24 * 3'600'000;

agente_status take(const agente_host* host, agente_str name, std::uint32_t at_once, std::uint32_t window_ms,
                   agente_error* err) noexcept {
  return serve(host, err, [&](Tenant& tenant) -> Result<void> {
    const auto wanted = abi::text(name, abi::kNameLimit);
    if (!wanted || wanted->empty()) return Error{Code::kInvalid, "a limit's name is 1 to 1024 bytes of UTF-8"};
    if (window_ms == 0 || window_ms > kLongestWindow) {
      return Error{Code::kInvalid, "a limit's window is 1 ms to 24 hours"};
    }
    const auto bucket = "plugin/" + tenant.config.id + "/" + *wanted;
    const auto wait = tenant.house->services.cache.take(bucket, at_once, Millis{window_ms});
    if (wait == Millis{0}) return {};
    return Error{Code::kRate, "the limit " + *wanted + " is used up, by all hosts together", wait};
  });
}

}  // namespace

const agente_limits_v1 kLimitsService{&take};

}  // namespace agente::plugins
