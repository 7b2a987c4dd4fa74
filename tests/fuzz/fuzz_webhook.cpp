// Any bytes as the body of a signed webhook: read or not, never thrown, and nothing that could not be stored comes out.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "webhook_body.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = agente::whatsapp::parse({reinterpret_cast<const char*>(data), size});
  if (!body.readable && !body.messages.empty()) std::abort();
  for (const auto& message : body.messages) {
    if (message.id.empty() || message.sender.empty()) std::abort();
  }
  return 0;
}
