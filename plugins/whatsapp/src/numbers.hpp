/// The ids of people and things at Meta: telephone numbers, digits with the country's code, and others.
#pragma once

#include <string>
#include <string_view>

namespace agente::whatsapp {

/// One digit or more, and nothing else: a telephone number, or the id of a number, an account or a file.
[[nodiscard]] bool is_number(std::string_view text);

/// Two capital letters and a point, as in "US.13491208655302741918" or "AR.ENT.118": a business-scoped user id.
[[nodiscard]] bool is_user_id(std::string_view text);

/// The other way Meta may write the same mobile number; empty where there is only one. Argentina with or without the 9
/// after 54, Mexico with or without the 1 after 52, Brazil with or without the ninth digit. Never for user ids.
[[nodiscard]] std::string other_form(std::string_view number);

/// One form for all ways of writing a number of those three countries, for matching and never for sending; also drops
/// Argentina's local 15 after the area code. Anything else comes back as it is.
[[nodiscard]] std::string matching_form(std::string_view number);

}  // namespace agente::whatsapp
