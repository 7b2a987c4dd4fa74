/// Whether our numbers are fit to be used.
#pragma once

#include <agente/sdk.hpp>

#include "settings.hpp"

namespace agente::whatsapp {

/// Each account of the YAML is a number of the WhatsApp Business Account, connected, of the Cloud API, and sends its
/// events to us. Other numbers of it are not looked at, unless the host names no accounts. Without waba_id each is
/// asked for by itself.
[[nodiscard]] check check_numbers(const host& services, const Settings& settings, call here);

}  // namespace agente::whatsapp
