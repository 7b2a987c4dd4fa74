#include "quarantine.hpp"

#include <array>
#include <chrono>
#include <cstdio>

namespace agente::whatsapp {
namespace {

constexpr std::string_view kPrefix = "quarantine/";
constexpr std::uint32_t kSchema = 1;

/// "2026-09-15T12:00:00.000Z-07": the number tells two of one millisecond apart.
std::string key_at(time_point moment, unsigned number) {
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::milliseconds>(moment - day)};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()), number % 100);
  return std::string{kPrefix} + text.data();
}

}  // namespace

std::string Quarantine::keep(std::string_view body) {
  auto key = key_at(host_.now(), count_.fetch_add(1));
  host_.kv_put(key, body.substr(0, kLargest), kSchema);
  const auto kept = host_.kv_list(kPrefix);
  for (std::size_t i = 0; i + kMost < kept.size(); ++i) {
    try {
      host_.kv_erase(kept[i].key);
    } catch (const error& e) {  // another host was first
      if (e.code() != AGENTE_E_NOT_FOUND && e.code() != AGENTE_E_CONFLICT) throw;
    }
  }
  return key;
}

}  // namespace agente::whatsapp
