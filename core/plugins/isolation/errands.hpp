#pragma once

#include <agente/host.h>

#include "plugins/isolation/link.hpp"
#include "plugins/isolation/timers.hpp"

namespace agente::plugins::isolation {

/// Does what a runner's plugin asks of the host: the tables of `host` do the work, and refuse what they would refuse a
/// plugin in this process. Writes the outcome to `reply`. False: the request is malformed.
[[nodiscard]] bool serve(const agente_host* host, Timers& timers, const Letter& request, FrameWriter& reply);

/// A log line. False: malformed.
[[nodiscard]] bool write_log(const agente_host* host, const Letter& note);

}  // namespace agente::plugins::isolation
