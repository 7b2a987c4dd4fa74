#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace agente::sim::whatsapp {

/// kinds.json: a good example of each kind of webhook beside text, taps and files, by its name. It has `message`, the
/// entry of `messages` without sender, id and time, or `field` and `value`, news of the account that no guest sends.
/// `stranger`: Meta does not introduce the guest. `echo`: the staff wrote it to the guest, with the telephone's app.
extern const char* const kKinds;

/// The example of this name. Throws Unclear, with all names, if there is none.
const nlohmann::ordered_json& kind_named(const std::string& name);

}  // namespace agente::sim::whatsapp
