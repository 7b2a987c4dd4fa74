#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "simulators/common/http_server.hpp"
#include "simulators/whatsapp/webhook.hpp"
#include "simulators/whatsapp/world.hpp"

// What `POST /__sim/guest` says of guests and what they write.
namespace agente::sim::whatsapp {

/// The control request, whoever it speaks of.
struct Asked {
  World& world;
  const Request& request;
};

/// `batch` is a number (the same text so many times) or a list of messages; what those leave out is taken from outside.
/// Files are kept. Throws Unclear, or what the JSON library throws.
std::vector<GuestMessage> read_messages(const nlohmann::json& body, const Asked& asked);

/// The object `name`, which is to be merged into what is posted. Throws Unclear if it is none.
nlohmann::ordered_json read_patch(const nlohmann::json& body, const char* name);

}  // namespace agente::sim::whatsapp
