#include "messaging/hotels.hpp"

#include <algorithm>
#include <utility>

namespace agente::messaging {
namespace {
constexpr Millis kFresh{600'000};
}

void Hotels::expect(Expected hotels) {
  const std::lock_guard lock(mutex_);
  expected_ = std::move(hotels);
  for (auto& [id, entry] : entries_) forget_former(id, entry);
}

bool Hotels::is_expected(const std::string& hotel, const std::string& backend) const {
  const auto found = expected_.find(hotel);
  return found != expected_.end() && found->second.contains(backend);
}

void Hotels::forget_former(const std::string& hotel, Entry& entry) const {
  std::erase_if(entry.former, [&](const auto& each) { return !is_expected(hotel, each.first); });
}

void Hotels::add(concierge::Hotel facts, pms::Gateway& gateway) {
  const std::lock_guard lock(mutex_);
  const auto id = facts.id;
  auto& entry = entries_[id];
  auto former = std::move(entry.former);
  // Until it is added as a former one, the PMS of before is asked by the gateway that it has.
  if (entry.gateway != nullptr) former.try_emplace(entry.gateway->backend(), entry.gateway);
  former.erase(gateway.backend());
  entry = {.facts = std::move(facts), .gateway = &gateway, .former = std::move(former)};
  forget_former(id, entry);
}

void Hotels::add_former(const std::string& hotel, pms::Gateway& gateway) {
  const std::lock_guard lock(mutex_);
  entries_[hotel].former[gateway.backend()] = &gateway;
}

void Hotels::add_absent(concierge::Hotel facts, pms::Gateway& stand_in, bool books_there) {
  const std::lock_guard lock(mutex_);
  auto& absent = absent_[facts.id];
  absent.all[stand_in.backend()] = &stand_in;
  if (books_there) absent.gateway = &stand_in;
  absent.facts = std::move(facts);
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
    if (entry == entries_.end() || entry->second.removed || entry->second.gateway == nullptr) {
      if (!expected_.contains(hotel)) {
        return Error{Code::kNotFound, "hotel " + hotel + " is not in the configuration"};
      }
      return Error{Code::kRetry, "the PMS of hotel " + hotel + " is not connected; see agentctl plugin list"};
    }
    const auto age = clock_.now() - entry->second.asked;
    if (!entry->second.facts.room_types.empty() && age >= Millis{0} && age < kFresh) return entry->second.facts;
    gateway = entry->second.gateway;
  }
  const auto place = place_at_pms(hotel);
  if (!place) return last_known(hotel);
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

Result<concierge::Hotel> Hotels::last_known(const std::string& hotel) const {
  const std::lock_guard lock(mutex_);
  const auto& facts = entries_.at(hotel).facts;
  if (facts.room_types.empty()) return Error{Code::kRate, "too many guests of hotel " + hotel + " wait for its PMS"};
  return facts;
}

Result<concierge::Hotel> Hotels::without_rooms(const std::string& hotel) const {
  const std::lock_guard lock(mutex_);
  const auto entry = entries_.find(hotel);
  if (entry != entries_.end() && !entry->second.removed && entry->second.gateway != nullptr) return entry->second.facts;
  const auto absent = absent_.find(hotel);
  if (absent != absent_.end() && absent->second.gateway != nullptr &&
      is_expected(hotel, absent->second.gateway->backend())) {
    return absent->second.facts;
  }
  return Error{Code::kRetry, "the PMS of hotel " + hotel + " is not connected"};
}

std::unique_ptr<Bulkhead::Place> Hotels::place_at_pms(const std::string& hotel) {
  return bulkhead_.enter(hotel, ids().size());
}

pms::Gateway* Hotels::gateway(const std::string& hotel) {
  const std::lock_guard lock(mutex_);
  const auto entry = entries_.find(hotel);
  if (entry != entries_.end() && entry->second.gateway != nullptr) return entry->second.gateway;
  const auto absent = absent_.find(hotel);
  return absent == absent_.end() ? nullptr : absent->second.gateway;
}

Result<pms::Gateway*> Hotels::gateway(const std::string& hotel, const std::string& backend) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(hotel);
  if (found != entries_.end()) {
    const auto& entry = found->second;
    if (entry.gateway != nullptr && entry.gateway->backend() == backend) return entry.gateway;
    if (const auto former = entry.former.find(backend); former != entry.former.end()) return former->second;
  }
  if (is_expected(hotel, backend)) {
    return Error{Code::kRetry,
                 "the PMS " + backend + " of hotel " + hotel + " is not connected; see agentctl plugin list"};
  }
  return Error{Code::kUnsupported,
               "the PMS " + backend + " of hotel " + hotel + " is not configured any more; name it under pms.former"};
}

Result<pms::Gateway*> Hotels::gateway_to_write(const std::string& hotel, const std::string& backend) {
  auto connected = gateway(hotel, backend);
  if (connected || connected.error().code != Code::kRetry) return connected;
  const std::lock_guard lock(mutex_);
  const auto absent = absent_.find(hotel);
  if (absent == absent_.end()) return connected;
  const auto stand_in = absent->second.all.find(backend);
  return stand_in == absent->second.all.end() ? connected : stand_in->second;
}

std::vector<pms::Gateway*> Hotels::gateways(const std::string& hotel) const {
  const std::lock_guard lock(mutex_);
  std::vector<pms::Gateway*> all;
  const auto found = entries_.find(hotel);
  if (found == entries_.end() || found->second.removed) return all;
  if (found->second.gateway != nullptr) all.push_back(found->second.gateway);
  for (const auto& [backend, gateway] : found->second.former) all.push_back(gateway);
  return all;
}

std::vector<std::string> Hotels::backends(const std::string& hotel) const {
  std::vector<std::string> all;
  for (const auto* gateway : gateways(hotel)) all.push_back(gateway->backend());
  const std::lock_guard lock(mutex_);
  const auto expected = expected_.find(hotel);
  if (expected == expected_.end()) return all;
  for (const auto& backend : expected->second) {
    if (std::ranges::count(all, backend) == 0) all.push_back(backend);
  }
  return all;
}

std::vector<std::string> Hotels::ids() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> ids;
  for (const auto& [id, entry] : entries_) {
    if (!entry.removed && entry.gateway != nullptr) ids.push_back(id);
  }
  return ids;
}

std::vector<std::string> Hotels::all() const {
  auto all = ids();
  const std::lock_guard lock(mutex_);
  for (const auto& [id, backends] : expected_) {
    if (std::ranges::count(all, id) == 0) all.push_back(id);
  }
  return all;
}

Result<std::string> Hotels::timezone(const std::string& hotel) const {
  const std::lock_guard lock(mutex_);
  const auto entry = entries_.find(hotel);
  if (entry != entries_.end() && !entry->second.removed) return entry->second.facts.timezone;
  if (expected_.contains(hotel)) return std::string();
  return Error{Code::kNotFound, "hotel " + hotel + " is not in the configuration"};
}

}  // namespace agente::messaging
