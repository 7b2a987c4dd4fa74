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

/// How far a choice had come when the guest wrote: what he has not been shown he cannot have meant.
enum class Shown {
  kNotYet,  ///< nothing shows it, or has only just been written
  kStuck,   ///< what shows it is put off, held or has failed
  kOut      ///< it was on its way to him
};

/// Of the choice `id`, by the messages of ours that were there when `message` was stored, and no more than a week
/// before.
[[nodiscard]] Shown how_shown(store::sql::Connection& connection, const store::Inbound& message, const std::string& id);

/// What the guest's message tapped, as concierge::Message has it: the choice that the channel names; else the one with
/// its title in the message of ours below which it stands. A channel may have cut the title and ended it with an
/// ellipsis.
[[nodiscard]] std::optional<std::string> tapped_in(store::sql::Connection& connection, const store::Inbound& message);

}  // namespace agente::messaging
