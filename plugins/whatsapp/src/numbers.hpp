/// Telephone numbers as Meta writes them: digits with the country's code.
#pragma once

#include <string>
#include <string_view>

namespace agente::whatsapp {

/// The other way Meta may write the same mobile number; empty where there is only one. Argentina with or without the 9
/// after 54, Mexico with or without the 1 after 52, Brazil with or without the ninth digit. Never for user ids.
[[nodiscard]] std::string other_form(std::string_view number);

/// One form for all ways of writing a number of those three countries, for matching and never for sending; also drops
/// Argentina's local 15 after the area code. Anything else comes back as it is.
[[nodiscard]] std::string matching_form(std::string_view number);

}  // namespace agente::whatsapp
