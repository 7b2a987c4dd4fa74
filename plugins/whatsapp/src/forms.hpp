/// Messages that are more than their text, as Graph wants them.
#pragma once

#include <optional>
#include <string>

#include <agente/sdk.hpp>

#include "settings.hpp"
#include "templates.hpp"

namespace agente::whatsapp {

/// `"type":"location","location":{…}` and the like, by the message's kind and details. nullopt for a text, and for what
/// lacks details or does not fit Meta's limits: its text says the same. `listed` is how Meta lists its template; null
/// if it has none, or that is not known. Throws as filling_of and template_form, and INVALID for a file whose caption
/// is too long.
[[nodiscard]] std::optional<std::string> form_of(const outbound& message, const Settings& settings,
                                                 const Listed* listed);

}  // namespace agente::whatsapp
