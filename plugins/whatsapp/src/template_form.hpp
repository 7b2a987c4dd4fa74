/// A template with its gaps filled, as Graph wants it.
#pragma once

#include <string>

#include "templates.hpp"

namespace agente::whatsapp {

/// `{"name":…,"language":…,"components":[…]}`. `listed` is how Meta lists it; null if that is not known. Throws INVALID
/// for a file in its header if neither says of which type it is.
[[nodiscard]] std::string template_form(const Filling& filling, const Listed* listed);

}  // namespace agente::whatsapp
