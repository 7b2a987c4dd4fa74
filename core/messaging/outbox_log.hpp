#pragma once

#include "store/records.hpp"

/// What an operator reads of messages that did not simply go out. Guests are masked.
namespace agente::messaging {

/// The one line of a failed message (OPERATIONS_MANUAL R-D.3).
void log_failed(const store::Outbound& message);
/// It waits until the guest writes.
void log_held(const store::Outbound& message);
/// Its provider had taken it; it did not arrive, and goes once more.
void log_returned(const store::Outbound& message);

}  // namespace agente::messaging
