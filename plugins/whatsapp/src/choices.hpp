/// Choices a guest can tap, in Graph's words: buttons or a list.
#pragma once

#include <optional>
#include <string>

#include <agente/sdk.hpp>

namespace agente::whatsapp {

/// The member `interactive` of a message of kind choices: up to 3 are buttons, up to 10 a list. Titles and descriptions
/// that are too long for WhatsApp are cut. None for another kind, and where WhatsApp cannot show them all and tell them
/// apart: then the text, which says all of it, is what there is to send.
[[nodiscard]] std::optional<std::string> interactive_of(const outbound& message);

/// `text` in at most `longest` characters, the last an ellipsis if it was cut; never within what is seen as one.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t longest);

}  // namespace agente::whatsapp
