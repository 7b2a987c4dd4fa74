/// Where Meta sends our events, shown and changed; what `agentctl whatsapp webhook` asks.
#pragma once

#include <agente/sdk.hpp>

#include "settings.hpp"

namespace agente::whatsapp {

/// GET: what the app, the account and each number have noted, and which of them counts. POST {"url", "level",
/// "number"}: has Meta note `url` at a level (app, account or number; an empty url takes an account's or a number's own
/// one away), then answers as GET. Meta calls `url` at once and wants our verify token back. In the form of the host's
/// REST API; for an operator only. Needs waba_id, and app_id for the app's own callback.
[[nodiscard]] http_out answer_subscription(const http_in& request, const host& services, const Settings& settings,
                                           call here);

}  // namespace agente::whatsapp
