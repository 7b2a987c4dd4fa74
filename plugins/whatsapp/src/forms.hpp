/// Messages that are more than their text, as Graph wants them.
#pragma once

#include <optional>
#include <string>

#include <agente/sdk.hpp>

#include "settings.hpp"

namespace agente::whatsapp {

/// `"type":"location","location":{…}` and the like, by the message's kind and details. nullopt for a text, and for what
/// lacks details or does not fit Meta's limits: its text says the same. Throws as filling_of, and INVALID for a file
/// whose caption is too long.
[[nodiscard]] std::optional<std::string> form_of(const outbound& message, const Settings& settings);

/// A text as Meta takes it for a template's gap: without line breaks, tabs and long runs of spaces.
[[nodiscard]] std::string for_a_gap(std::string_view text);

}  // namespace agente::whatsapp
