#pragma once

#include "base/clock.hpp"
#include "store/repositories.hpp"

namespace agente::messaging {

/// `message` has just become a dead letter, in the same transaction: an event tells of it, with the provider's code if
/// there is one, and why.
void note_failed(store::sql::Connection& connection, const store::Outbound& message, Time now);

}  // namespace agente::messaging
