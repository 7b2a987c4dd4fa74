/// What one message of a guest says, by its type.
#pragma once

#include <string>
#include <string_view>

#include "json_text.hpp"

namespace agente::whatsapp {

/// The message's type; if it names none, the one whose content it carries; "lost_file" for a file that Meta could not
/// take; "unsupported" for what is unknown.
[[nodiscard]] std::string kind_of(const Json& message);

/// What the guest wrote, chose or captioned; empty for kinds without words.
[[nodiscard]] std::string text_of(const Json& message, std::string_view kind);

/// The id of what he tapped, as we gave it; empty for anything else.
[[nodiscard]] std::string choice_of(const Json& message);

/// The id of the message it answers, reacts to, edits or revokes; may be empty.
[[nodiscard]] std::string target_of(const Json& message);

}  // namespace agente::whatsapp
