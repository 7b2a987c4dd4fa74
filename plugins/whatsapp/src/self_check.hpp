/// The operator's self-test. Reads only; sends nothing to a guest.
#pragma once

#include <vector>

#include <agente/sdk.hpp>

#include "settings.hpp"

namespace agente::whatsapp {

/// Settings, Graph version, access token, and with waba_id the numbers and the subscription of our app.
[[nodiscard]] std::vector<check> check_everything(const host& services, const Settings& settings, call here);

}  // namespace agente::whatsapp
