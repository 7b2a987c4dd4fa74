#pragma once

#include "simulators/whatsapp/guest_message.hpp"

namespace agente::sim::whatsapp {

/// Takes what a guest writes, taps or sends from `body`: one of `text`, `tap`, `media` and `kind`, changed as `with`
/// says. Throws Unclear, or what the JSON library throws.
void read_content(const nlohmann::json& body, const Asked& asked, GuestMessage& message);

}  // namespace agente::sim::whatsapp
