#include "messaging/parked_accounts.hpp"

#include "telemetry/log.hpp"

namespace agente::messaging {

std::optional<Steady> ParkedAccounts::rest_of(const store::Outbound& message) { return rest_at(message, false); }

std::optional<Steady> ParkedAccounts::take_turn(const store::Outbound& message) { return rest_at(message, true); }

std::optional<Steady> ParkedAccounts::rest_at(const store::Outbound& message, bool takes_turn) {
  const auto now = clock_.steady();
  const std::lock_guard lock(mutex_);
  if (places_.empty()) return std::nullopt;  // nearly always
  const auto found = places_.find(key_of(message));
  if (found == places_.end()) return std::nullopt;
  auto& place = found->second;
  if (now < place.next_try) {
    place.waiting.insert(message.guest);
    return place.next_try;
  }
  if (takes_turn) place.next_try = now + pause_;
  return std::nullopt;
}

Steady ParkedAccounts::park(const store::Outbound& message, const std::string& reason) {
  const auto next_try = clock_.steady() + pause_;
  const std::lock_guard lock(mutex_);
  const auto [found, is_new] = places_.try_emplace(key_of(message));
  auto& place = found->second;
  if (is_new) {
    place.since = clock_.now();
    log::error("messaging", "nothing more is sent from an account of " + message.guest.channel + ": " + reason,
               {{"account", message.account}});
  }
  place.reason = reason;
  place.next_try = next_try;
  place.waiting.insert(message.guest);
  return next_try;
}

std::vector<store::GuestKey> ParkedAccounts::release(const store::Outbound& message) {
  const std::lock_guard lock(mutex_);
  const auto place = places_.extract(key_of(message));
  if (!place) return {};
  log::info("messaging", "an account of " + message.guest.channel + " sends again", {{"account", message.account}});
  const auto& waiting = place.mapped().waiting;
  return {waiting.begin(), waiting.end()};
}

std::vector<store::GuestKey> ParkedAccounts::try_now() {
  const auto now = clock_.steady();
  std::vector<store::GuestKey> guests;
  const std::lock_guard lock(mutex_);
  for (auto& [key, place] : places_) {
    place.next_try = now;
    guests.insert(guests.end(), place.waiting.begin(), place.waiting.end());
  }
  return guests;
}

std::vector<ParkedAccounts::Parked> ParkedAccounts::list() const {
  std::vector<Parked> accounts;
  const std::lock_guard lock(mutex_);
  for (const auto& [key, place] : places_) accounts.push_back({key.first, key.second, place.reason, place.since});
  return accounts;
}

}  // namespace agente::messaging
