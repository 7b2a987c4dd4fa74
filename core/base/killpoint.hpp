#pragma once

namespace agente {

/// A place at which a crash test may kill the process: `AGENTE_KILL_AT=name:n` sends SIGKILL to this process the n-th
/// time it passes `name` (n from 1). Inert unless `arm_kill_points` was called, which the host does with
/// `environment: test` only.
void kill_point(const char* name);
void arm_kill_points();

}  // namespace agente
