#include "pms/availability_cache.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "pms/booking_json.hpp"

namespace agente::pms {
namespace {

using nlohmann::json;

/// Much longer than any answer lives: a stamp that goes takes its answers along.
constexpr Millis kStampLives{86'400'000};

}  // namespace

AvailabilityCache::AvailabilityCache(cache::Cache* cache, std::string hotel, std::string backend, const Clock& clock,
                                     Ages ages)
    : cache_(cache),
      name_("availability/" + std::move(hotel) + "/" + std::move(backend) + "/"),
      clock_(clock),
      ages_(ages) {}

std::string AvailabilityCache::written(const Answer& answer) {
  auto list = json::array();
  for (const auto& offer : answer.offers) {
    list.push_back({{"room_type", offer.room_type},
                    {"units_left", offer.units_left},
                    {"capacity", offer.capacity},
                    {"total", money_json(offer.total)}});
  }
  const json document{{"as_of", answer.as_of.time_since_epoch().count()}, {"offers", std::move(list)}};
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Throws what nlohmann::json throws, when it is not ours.
AvailabilityCache::Answer AvailabilityCache::read(const std::string& text) {
  const auto document = json::parse(text);
  Answer answer{.as_of = Time{Millis{document.at("as_of").get<Millis::rep>()}}, .offers = {}};
  for (const auto& one : document.at("offers").get_ref<const json::array_t&>()) {
    answer.offers.push_back({.room_type = one.at("room_type"),
                             .units_left = one.at("units_left"),
                             .capacity = one.at("capacity"),
                             .total = money_of(one.at("total"))});
  }
  return answer;
}

std::string AvailabilityCache::stamp() {
  if (cache_ == nullptr) return {};
  if (auto current = cache_->get(name_ + "stamp")) return std::move(*current);
  auto fresh = random_hex(8);
  cache_->put(name_ + "stamp", fresh, kStampLives);
  return fresh;
}

/// By the clock that is shown, which another host may have set a little ahead of ours.
std::optional<AvailabilityCache::Answer> AvailabilityCache::answer(const std::string& stamp,
                                                                   const plugins::StayQuery& query, Millis age) {
  const auto text = cache_ == nullptr ? std::nullopt : cache_->get(key(stamp, query));
  if (!text) return std::nullopt;
  try {
    auto kept = read(*text);
    return std::chrono::abs(clock_.now() - kept.as_of) < age ? std::optional(std::move(kept)) : std::nullopt;
  } catch (const std::exception&) {
    return std::nullopt;  // another version's, or somebody else's: the PMS knows
  }
}

std::optional<AvailabilityCache::Offers> AvailabilityCache::find(const std::string& stamp,
                                                                 const plugins::StayQuery& query) {
  auto kept = answer(stamp, query, ages_.fresh);
  return kept ? std::optional(std::move(kept->offers)) : std::nullopt;
}

std::optional<AvailabilityCache::Offers> AvailabilityCache::last_known(const plugins::StayQuery& query) {
  auto kept = answer(stamp(), query, ages_.stale);
  if (!kept || kept->offers.empty()) return std::nullopt;
  for (auto& offer : kept->offers) offer.as_of = kept->as_of;
  return std::move(kept->offers);
}

void AvailabilityCache::keep(const std::string& stamp, const plugins::StayQuery& query, const Offers& offers) {
  if (cache_ == nullptr) return;
  cache_->put(key(stamp, query), written({clock_.now(), offers}), std::max(ages_.fresh, ages_.stale));
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
