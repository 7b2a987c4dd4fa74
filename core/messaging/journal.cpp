#include "messaging/journal.hpp"

#include <nlohmann/json.hpp>

#include "pms/booking_json.hpp"

namespace agente::messaging {
namespace {

using nlohmann::json;
using plugins::Booking;
using plugins::Offer;
using pms::booking_json;
using pms::booking_of;
using pms::money_json;
using pms::money_of;
using Offers = Result<std::vector<Offer>>;

json error_json(const Error& error) { return {{"code", static_cast<int>(error.code)}, {"text", error.text}}; }
Error error_of(const json& value) { return {static_cast<Code>(value.at("code").get<int>()), value.at("text")}; }

json offer_json(const Offer& offer) {
  json value{{"room_type", offer.room_type},
             {"units_left", offer.units_left},
             {"capacity", offer.capacity},
             {"total", money_json(offer.total)},
             {"backend", offer.backend}};
  if (offer.as_of) value["as_of"] = offer.as_of->time_since_epoch().count();
  return value;
}

Offer offer_of(const json& value) {
  Offer offer{.room_type = value.at("room_type"),
              .units_left = value.at("units_left"),
              .capacity = value.at("capacity"),
              .total = money_of(value.at("total")),
              .backend = value.value("backend", "")};
  if (value.contains("as_of")) offer.as_of = Time{Millis{value.at("as_of").get<Millis::rep>()}};
  return offer;
}

json result_json(const concierge::ActionResult& result) {
  if (const auto* offers = std::get_if<Offers>(&result)) {
    if (!*offers) return {{"offers_error", error_json(offers->error())}};
    json list = json::array();
    for (const auto& offer : **offers) list.push_back(offer_json(offer));
    return {{"offers", list}};
  }
  const auto& booking = std::get<Result<Booking>>(result);
  if (!booking) return {{"booking_error", error_json(booking.error())}};
  return {{"booking", booking_json(*booking)}};
}

concierge::ActionResult result_of(const json& value) {
  if (value.contains("offers_error")) return Offers{error_of(value.at("offers_error"))};
  if (value.contains("booking_error")) return Result<Booking>{error_of(value.at("booking_error"))};
  if (value.contains("booking")) return Result<Booking>{booking_of(value.at("booking"))};
  std::vector<Offer> offers;
  for (const auto& offer : value.at("offers")) offers.push_back(offer_of(offer));
  return Offers{std::move(offers)};
}

}  // namespace

Journal::Journal(const std::string& stored) {
  const auto list = json::parse(stored, nullptr, false);
  if (!list.is_array()) return;
  for (const auto& entry : list) entries_.push_back(entry.dump());
}

std::optional<concierge::ActionResult> Journal::replay() {
  if (next_ >= entries_.size()) return std::nullopt;
  try {
    return result_of(json::parse(entries_[next_++]));
  } catch (const std::exception&) {  // written by another version: ask anew from here on
    entries_.resize(--next_);
    return std::nullopt;
  }
}

void Journal::add(const concierge::ActionResult& result) {
  entries_.push_back(result_json(result).dump(-1, ' ', false, json::error_handler_t::replace));
  next_ = entries_.size();
  changed_ = true;
}

std::string Journal::text() const {
  std::string text = "[";
  for (const auto& entry : entries_) text += (text.size() > 1 ? "," : "") + entry;
  return text + "]";
}

}  // namespace agente::messaging
