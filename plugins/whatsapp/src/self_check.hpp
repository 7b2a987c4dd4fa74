/// The operator's self-test. Reads only; sends nothing to a guest.
#pragma once

#include <vector>

#include <agente/sdk.hpp>

#include "callback_check.hpp"
#include "settings.hpp"

namespace agente::whatsapp {

inline constexpr const char* kSettings = "settings";

/// Settings, Graph version, access token, numbers; with waba_id the subscription of our app and the templates, with
/// app_id the callback, with public_url the way in.
[[nodiscard]] std::vector<check> check_everything(const host& services, const Settings& settings, Loop loop, call here);

}  // namespace agente::whatsapp
