#pragma once

#include <string>

namespace agente::sim::whatsapp {

/// The telephone number under which all forms of one number meet: Argentine and Mexican mobiles have a longer and a
/// shorter one, Brazilian ones may lack their ninth digit. `digits`: with the country code.
std::string same_phone(const std::string& digits);

/// The longer form of an Argentine or Mexican number, which is its WhatsApp id; others as they are.
std::string longer_form(const std::string& digits);

}  // namespace agente::sim::whatsapp
