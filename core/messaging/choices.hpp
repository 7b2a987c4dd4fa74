#pragma once

#include <optional>
#include <string>

#include "concierge/flow.hpp"
#include "store/repositories.hpp"

namespace agente::messaging {

/// Of what kind a message with choices to tap is.
inline constexpr std::string_view kChoices = "choices";

/// `choices` as the details of a message (agente_outbound).
[[nodiscard]] std::string details_of(const concierge::Choices& choices);

/// What the guest's message tapped, as concierge::Message has it: the choice that the channel names; else the one with
/// its title in the message of ours below which it stands. A channel may have cut the title and ended it with an
/// ellipsis.
[[nodiscard]] std::optional<std::string> tapped_in(store::sql::Connection& connection, const store::Inbound& message);

}  // namespace agente::messaging
