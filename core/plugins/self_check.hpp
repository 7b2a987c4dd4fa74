#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "plugins/channel.hpp"
#include "plugins/generation.hpp"

namespace agente::plugins {

using SelfTest = agente_status (*)(void* self, const agente_call* call, const agente_check_sink* out,
                                   agente_error* err);

/// Makes the `self_test` call that channels and exporters share, by way of `call`. kInternal for a malformed answer.
Result<std::vector<Check>> run_self_test(
    const std::function<Result<void>(const CallSpec&, const Generation::Body&)>& call,
    const std::function<SelfTest(const Frame&)>& self_test);

/// What a generation says does not work now, stage by stage: its self-test, or a PMS' health. It need not be live. An
/// error is one of its own: it threw, or answered nonsense.
Result<std::map<std::string, std::string>> find_troubles(Generation& generation);

}  // namespace agente::plugins
