#include "pms/availability_cache.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "pms/booking_json.hpp"

namespace agente::pms {
namespace {

using nlohmann::json;

/// Much longer than any answer lives: a stamp that goes takes its answers along.
constexpr Millis kStampLives{86'400'000};

std::string written(const AvailabilityCache::Offers& offers) {
  auto list = json::array();
  for (const auto& offer : offers) {
    list.push_back({{"room_type", offer.room_type},
                    {"units_left", offer.units_left},
                    {"capacity", offer.capacity},
                    {"total", money_json(offer.total)}});
  }
  return list.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Throws what nlohmann::json throws, when it is not ours.
AvailabilityCache::Offers read(const std::string& text) {
  AvailabilityCache::Offers offers;
  const auto list = json::parse(text);
  for (const auto& one : list.get_ref<const json::array_t&>()) {
    offers.push_back({.room_type = one.at("room_type"),
                      .units_left = one.at("units_left"),
                      .capacity = one.at("capacity"),
                      .total = money_of(one.at("total"))});
  }
  return offers;
}

}  // namespace

AvailabilityCache::AvailabilityCache(cache::Cache* cache, std::string hotel, std::string backend, Millis ttl)
    : cache_(cache), name_("availability/" + std::move(hotel) + "/" + std::move(backend) + "/"), ttl_(ttl) {}

std::string AvailabilityCache::stamp() {
  if (cache_ == nullptr) return {};
  if (auto current = cache_->get(name_ + "stamp")) return std::move(*current);
  auto fresh = random_hex(8);
  cache_->put(name_ + "stamp", fresh, kStampLives);
  return fresh;
}

std::optional<AvailabilityCache::Offers> AvailabilityCache::find(const std::string& stamp,
                                                                 const plugins::StayQuery& query) {
  const auto text = cache_ == nullptr ? std::nullopt : cache_->get(key(stamp, query));
  if (!text) return std::nullopt;
  try {
    return read(*text);
  } catch (const std::exception&) {
    return std::nullopt;  // another version's, or somebody else's: the PMS knows
  }
}

void AvailabilityCache::keep(const std::string& stamp, const plugins::StayQuery& query, const Offers& offers) {
  if (cache_ != nullptr) cache_->put(key(stamp, query), written(offers), ttl_);
}

void AvailabilityCache::forget() {
  if (cache_ != nullptr) cache_->put(name_ + "stamp", random_hex(8), kStampLives);
}

std::string AvailabilityCache::key(const std::string& stamp, const plugins::StayQuery& query) const {
  const json parts{format_day(query.checkin), format_day(query.checkout), query.adults, query.children, query.rooms,
                   query.room_type,           query.except_booking};
  return name_ + stamp + "/" + parts.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace agente::pms
