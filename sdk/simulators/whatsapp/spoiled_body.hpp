#pragma once

#include <string>
#include <string_view>

namespace agente::sim::whatsapp {

/// The bytes of a webhook as the fault of this name makes them. What is unknown, foreign or null comes beside the
/// event, which is still there. A body that is not made as Meta's are is left as it is.
std::string spoiled(const std::string& body, std::string_view fault);

/// The same body in plain UTF-8, without any escapes that JSON does not need.
std::string in_plain_utf8(const std::string& body);

}  // namespace agente::sim::whatsapp
