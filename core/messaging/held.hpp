#pragma once

#include <vector>

#include "base/clock.hpp"
#include "store/repositories.hpp"

/// Messages that their channel may not carry before the guest has written again (on WhatsApp: 24 hours after he last
/// did). They stay in the outbox as `held`, the guest is asked once to write, and his next message lets them go.
/// Templates are held until a person has put something right, and sends them again; of the request, his message does.
namespace agente::messaging {

inline constexpr std::string_view kTemplate = "template";  ///< a kind of outgoing message

/// `message` has just become held, in the same transaction: an event tells of it, and unless it is a template or the
/// guest has been asked already, a request to write is put into the outbox.
void note_held(store::sql::Connection& connection, const store::Outbound& message, Time now);

/// It is that request. A channel that has no form for it answers NOT_FOUND, and there is nothing more to do.
[[nodiscard]] bool is_request_to_write(const store::Outbound& message);

/// The guest wrote `row`: what was held for him may go, before anything that answers it. Those messages, oldest first,
/// for the delivery, which has passed them already.
std::vector<store::Outbound> release_held(store::sql::Connection& connection, const store::Inbound& row, Time now);

}  // namespace agente::messaging
