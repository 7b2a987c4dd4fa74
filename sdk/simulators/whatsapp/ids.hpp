#pragma once

#include <string>

namespace agente::sim::whatsapp {

/// Ids are random and never follow the seed: a host remembers them, and a simulator started again must not repeat them.

/// The id of a message the business sends to `guest`: "wamid." and base64 in the form of Meta's.
std::string new_wamid_to(const std::string& guest);
/// The id of a message from `guest`.
std::string new_wamid_from(const std::string& guest);
/// The id of a picture, a document, a voice note.
std::string new_media_id();
/// What nobody can guess.
std::string new_secret();
/// What Meta asks for when someone reports an error.
std::string new_trace_id();

}  // namespace agente::sim::whatsapp
