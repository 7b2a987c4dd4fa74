#pragma once

#include <string_view>

#include "pms/gateway.hpp"

namespace agente::pms {

/// Whether the PMS failed, rather than said no: only that opens the breaker.
[[nodiscard]] constexpr bool counts_as_failure(Code code) {
  switch (code) {
    case Code::kAuth:
    case Code::kRetry:
    case Code::kTimeout:
    case Code::kUnknownOutcome:
    case Code::kInternal:
      return true;
    default:
      return false;
  }
}

/// The label `outcome` of pms_calls_total.
[[nodiscard]] constexpr std::string_view outcome_label(Code code) {
  switch (code) {
    case Code::kConflict:
      return "conflict";
    case Code::kNotFound:
      return "not_found";
    case Code::kTimeout:
      return "timeout";
    case Code::kUnknownOutcome:
      return "unknown";
    case Code::kRetry:
    case Code::kRate:
      return "retry";
    default:
      return "failed";
  }
}

template <class T, class Call>
Result<T> Gateway::guarded(std::string_view name, std::string_view trace, const Call& call) {
  if (!breaker_.allow()) {
    metrics_.call(backend(), name, "breaker_open");
    return Error{Code::kRetry, "PMS is not answering; calls to it pause"};
  }
  Result<T> result = call();
  note(name, result ? nullptr : &result.error(), trace);
  return result;
}

}  // namespace agente::pms
