#include "messaging/hotels.hpp"

#include <utility>

namespace agente::messaging {
namespace {
constexpr Millis kFresh{600'000};
}

void Hotels::expect(std::set<std::string> hotels) {
  const std::lock_guard lock(mutex_);
  expected_ = std::move(hotels);
}

void Hotels::add(concierge::Hotel facts, pms::Gateway& gateway) {
  const std::lock_guard lock(mutex_);
  const auto id = facts.id;
  entries_[id] = {.facts = std::move(facts), .gateway = &gateway};
}

void Hotels::remove(const std::string& hotel) {
  const std::lock_guard lock(mutex_);
  if (const auto entry = entries_.find(hotel); entry != entries_.end()) entry->second.removed = true;
}

Result<concierge::Hotel> Hotels::find(const std::string& hotel, std::string_view trace) {
  pms::Gateway* gateway = nullptr;
  {
    const std::lock_guard lock(mutex_);
    const auto entry = entries_.find(hotel);
    if (entry == entries_.end() || entry->second.removed) {
      if (!expected_.contains(hotel)) {
        return Error{Code::kNotFound, "hotel " + hotel + " is not in the configuration"};
      }
      return Error{Code::kRetry, "the PMS of hotel " + hotel + " is not connected; see agentctl plugin list"};
    }
    const auto age = clock_.now() - entry->second.asked;
    if (!entry->second.facts.room_types.empty() && age >= Millis{0} && age < kFresh) return entry->second.facts;
    gateway = entry->second.gateway;
  }
  auto rooms = gateway->rooms(trace);  // not under the lock: the PMS may be slow
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(hotel);
  if (found->second.gateway != gateway) {
    return Error{Code::kRetry, "hotel " + hotel + " has just been changed"};
  }
  auto& entry = found->second;
  if (rooms) {
    entry.facts.room_types = std::move(*rooms);
    entry.asked = clock_.now();
  }
  if (entry.facts.room_types.empty()) {
    return Error{Code::kRetry,
                 "PMS of hotel " + hotel + " has not told its units yet" + (rooms ? "" : ": " + rooms.error().text)};
  }
  return entry.facts;
}

pms::Gateway* Hotels::gateway(const std::string& hotel) {
  const std::lock_guard lock(mutex_);
  const auto entry = entries_.find(hotel);
  return entry == entries_.end() ? nullptr : entry->second.gateway;
}

std::vector<std::string> Hotels::ids() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> ids;
  for (const auto& [id, entry] : entries_) {
    if (!entry.removed) ids.push_back(id);
  }
  return ids;
}

}  // namespace agente::messaging
