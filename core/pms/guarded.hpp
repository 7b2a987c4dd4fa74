#pragma once

#include <string_view>

#include "pms/gateway.hpp"

namespace agente::pms {

/// What an answer says about the PMS: only a failure opens the breaker, never a no to a guest's wish.
[[nodiscard]] constexpr Sign sign_of(Code code) {
  switch (code) {
    case Code::kAuth:
    case Code::kRetry:
    case Code::kTimeout:
    case Code::kUnknownOutcome:
    case Code::kInternal:
      return Sign::kFails;
    case Code::kRate:  // also when the calls under way are as many as there may be, all of them silent perhaps
    case Code::kCancelled:
      return Sign::kNone;
    default:
      return Sign::kAnswers;
  }
}

/// Of a write: the PMS did nothing, and may be asked again at once.
[[nodiscard]] constexpr bool did_not_happen(Code code) {
  return code == Code::kAuth || code == Code::kRetry || code == Code::kRate || code == Code::kTimeout;
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
  const auto pass = permission();
  if (!pass) {
    metrics_.call(backend(), name, "breaker_open");
    return Error{Code::kRetry, "PMS is not answering; calls to it pause"};
  }
  Result<T> result = call();
  note(*pass, {name, result ? nullptr : &result.error()}, trace);
  return result;
}

}  // namespace agente::pms
