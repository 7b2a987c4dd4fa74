#pragma once

#include <functional>

#include "plugins/tenant.hpp"

namespace agente::plugins {

/// Lets `work` add to what `call` stages. kCancelled: the call is over, or the instance is not live; kInvalid: it is a
/// call that may not stage, or it has staged 10,000 things already.
Result<void> with_staged(Tenant& tenant, const agente_call* call, const std::function<Result<void>(Staged&)>& work);

}  // namespace agente::plugins
