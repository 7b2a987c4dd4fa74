#include "marketing_stops.hpp"

#include <charconv>

namespace agente::whatsapp {
namespace {

constexpr std::uint32_t kSchema = 2;
constexpr std::size_t kLongestKey = 200;  // kv takes keys of 256 bytes
constexpr std::string_view kStop = " stop";
constexpr std::string_view kResume = " resume";

struct Wish {
  bool stopped = true;
  std::int64_t at_ms = 0;  ///< 0: unknown
};

/// "1763200100000 stop". Schema 1 holds the guest's name: he has stopped at some time.
Wish read(const kv_entry& entry) {
  Wish wish;
  if (entry.schema < kSchema) return wish;
  std::from_chars(entry.value.data(), entry.value.data() + entry.value.size(), wish.at_ms);
  wish.stopped = entry.value.ends_with(kStop);
  return wish;
}

std::string key_of(std::string_view guest) { return "stop/" + std::string{guest}; }

}  // namespace

void MarketingStops::note_stop(std::string_view guest, bool stopped, time_point told) const {
  constexpr int kTries = 3;
  if (guest.empty() || guest.size() > kLongestKey) return;
  // A stop of which nobody says when it was is heeded; a wish to hear more is not, where he has said since that he does
  // not.
  const auto at_ms = to_abi(told == time_point{} && stopped ? host_.now() : told);
  try {
    for (int i = 0; i < kTries; ++i)
      if (put(key_of(guest), stopped, at_ms)) return;
  } catch (const error&) {
  }
}

/// False: another host has just noted something.
bool MarketingStops::put(const std::string& key, bool stopped, std::int64_t at_ms) const {
  const auto last = host_.kv_get(key);
  if (last && read(*last).at_ms > at_ms) return true;
  try {
    host_.kv_put(key, std::to_string(at_ms) + std::string{stopped ? kStop : kResume}, kSchema,
                 last ? last->revision : kv_absent);
  } catch (const error& e) {
    if (e.code() != AGENTE_E_CONFLICT) throw;
    return false;
  }
  return true;
}

bool MarketingStops::has_stopped(std::string_view guest) const {
  if (guest.size() > kLongestKey) return false;
  const auto last = host_.kv_get(key_of(guest));
  return last && read(*last).stopped;
}

}  // namespace agente::whatsapp
