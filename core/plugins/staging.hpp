#pragma once

#include <functional>

#include "plugins/tenant.hpp"

namespace agente::plugins {

/// Lets `work` add to what `call` stages. kCancelled: the call is over, or the instance is not live; kInvalid: it is a
/// call that may not stage, or it has staged 10,000 things already.
Result<void> with_staged(Tenant& tenant, const agente_call* call, const std::function<Result<void>(Staged&)>& work);

/// CallSpec::commit for what no webhook waits for: hands what was staged to the inbox, unless the shift took so long
/// that another host may have begun. All outlive the call.
std::function<Result<void>()> committing(Tenant& tenant, const Staged& staged, const Duty::Shift& shift);

}  // namespace agente::plugins
