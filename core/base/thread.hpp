#pragma once

namespace agente {

/// Names the calling thread as `top -H` and gdb show it (at most 15 letters).
void name_thread(const char* name);

/// Lets every other thread of the process go first when processors are scarce: work that may wait must not slow down
/// the doors. Cannot be taken back without privileges.
void yield_to_others();

}  // namespace agente
