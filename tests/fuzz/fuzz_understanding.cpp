// Any bytes as a guest's message, whatever was asked before.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "concierge/understanding/understanding.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  using agente::concierge::Expecting;
  agente::concierge::Context context;
  context.today = agente::Day{std::chrono::days{20'000 + data[0]}};
  context.expecting = static_cast<Expecting>(data[0] % 6);
  context.day_first_english = (data[0] & 0x40U) != 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto understood = agente::concierge::understand(text, context);
  if (understood.checkin && understood.checkout && *understood.checkout <= *understood.checkin) std::abort();
  return 0;
}
