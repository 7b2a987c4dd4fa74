#include "doorbell.hpp"

#include <algorithm>
#include <charconv>

namespace agente::whatsapp {
namespace {

constexpr std::string_view kKey = "webhook/last";
constexpr std::uint32_t kSchema = 1;
constexpr std::int64_t kMinute = 60'000;
constexpr const char* kGauge = "whatsapp_webhook_last_timestamp_seconds";

std::int64_t number_in(const std::string& text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

Doorbell::Doorbell(host services) : host_(services) {
  try {
    if (const auto last = heard().last) host_.gauge(kGauge, static_cast<double>(to_abi(*last)) / 1000);
  } catch (const error&) {  // the store is down: the next webhook tells
  }
}

void Doorbell::rang(call here) {
  const auto now = to_abi(host_.now());
  last_ms_ = now;
  refused_ = 0;
  sent_ms_ = 0;
  host_.gauge(kGauge, static_cast<double>(now) / 1000);
  auto noted = noted_ms_.load();
  const bool due = now - noted >= kMinute || now < noted;
  if (due && noted_ms_.compare_exchange_strong(noted, now)) host_.kv_stage(here, kKey, std::to_string(now), kSchema);
}

void Doorbell::sent() {
  std::int64_t none = 0;
  sent_ms_.compare_exchange_strong(none, to_abi(host_.now()));
}

/// What comes to another host is noted once a minute.
Doorbell::Heard Doorbell::heard() {
  const auto entry = host_.kv_get(kKey);
  const auto last = std::max(last_ms_.load(), entry ? number_in(entry->value) : 0);
  auto sent = sent_ms_.load();
  if (sent > 0 && last + kMinute >= sent && sent_ms_.compare_exchange_strong(sent, 0)) sent = 0;
  Heard all{.refused = refused_.load()};
  if (last > 0) all.last = from_abi_time(last);
  if (sent > 0) all.sent = from_abi_time(sent);
  return all;
}

std::string in_words(const Doorbell::Heard& heard, time_point now) {
  auto text = std::string{"no verified webhook has come yet"};
  if (heard.last) {
    const auto minutes = std::chrono::floor<std::chrono::minutes>(now - *heard.last).count();
    text = "the last verified webhook came " + std::to_string(minutes) + " minutes ago";
  }
  if (heard.refused > 0) text += ", refused for their signature since then: " + std::to_string(heard.refused);
  return text;
}

}  // namespace agente::whatsapp
