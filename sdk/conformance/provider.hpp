#pragma once

#include <cstdint>

#include "conformance/trial_host.hpp"

namespace agente::conformance {

/// Sends it over the network, by `until_ms` of the monotonic clock. `code` is what agente.http/1 says of its end, and
/// `body` the reason where it is not AGENTE_OK. A certificate is checked by the system's CAs.
[[nodiscard]] TrialHost::Web ask_provider(const agente_http_request& request, std::int64_t until_ms);

}  // namespace agente::conformance
