#include "marketing_stops.hpp"

#include <string>

namespace agente::whatsapp {
namespace {

constexpr std::uint32_t kSchema = 1;
constexpr std::size_t kLongestKey = 200;  // kv takes keys of 256 bytes

std::string key_of(std::string_view guest) { return "stop/" + std::string{guest}; }

}  // namespace

void MarketingStops::note_stop(std::string_view guest, bool stopped) const {
  if (guest.empty() || guest.size() > kLongestKey) return;
  try {
    if (stopped == has_stopped(guest)) return;
    if (stopped) {
      host_.kv_put(key_of(guest), guest, kSchema);
    } else {
      host_.kv_erase(key_of(guest));
    }
  } catch (const error&) {
  }
}

bool MarketingStops::has_stopped(std::string_view guest) const {
  return guest.size() <= kLongestKey && host_.kv_get(key_of(guest)).has_value();
}

}  // namespace agente::whatsapp
