#include "booking_body.hpp"

#include <cmath>

#include "values.hpp"

namespace qloapps {
namespace {

using nlohmann::json;

// QloApps' numbers.
constexpr std::int64_t kInsideRoomPrice = 1;
constexpr std::int64_t kPerNight = 2;
constexpr int kNewBooking = 1;
constexpr int kAwaitingPayment = 3;

double sum_of(const std::vector<Fee>& fees, int nights) {
  double sum = 0;
  for (const auto& fee : fees) sum += fee.price * (fee.per_night ? nights : 1);
  return sum;
}

double to_six_decimals(double value) { return std::round(value * 1e6) / 1e6; }

/// Tax of the room alone, which QloApps wants told; that of the fees it adds itself, at the same rate.
double tax_of_room(const Segment& segment, double fees_of_room) {
  const auto rooms = static_cast<double>(segment.stay.rooms.size());
  if (segment.quote.net <= 0) return 0;
  const auto rate = (to_amount(segment.quote.total) - segment.quote.net) / segment.quote.net;
  return to_six_decimals((segment.quote.net / rooms - fees_of_room) * rate);
}

/// Nobody asked how old the children are, but QloApps counts only those with an age.
json room_json(const Party& party, double tax, const json& services) {
  json room = {{"adults", party.adults},  // 1.7 reads this
               {"adult", party.adults},   // 1.6 reads this
               {"child", party.children},
               {"child_ages", std::vector<int>(party.children, 0)},
               {"total_tax", tax}};
  if (!services.empty()) room["services"] = services;
  return room;
}

json segment_json(const Segment& segment, const std::vector<Fee>& all_fees) {
  const auto nights = segment.stay.nights();
  const auto room_net = segment.quote.net / static_cast<double>(segment.stay.rooms.size());
  // More fees than price: they are not this type's.
  const auto fees = sum_of(all_fees, nights) < room_net ? all_fees : std::vector<Fee>{};
  json services = json::array();
  for (const auto& fee : fees) services.push_back({{"id_service", fee.service}, {"quantity", 1}});
  const auto tax = tax_of_room(segment, sum_of(fees, nights));
  json rooms = json::array();
  for (const auto& party : segment.stay.rooms) rooms.push_back(room_json(party, tax, services));
  return {{"id_room_type", segment.type},
          {"checkin_date", to_text(segment.stay.checkin)},
          {"checkout_date", to_text(segment.stay.checkout)},
          {"number_of_rooms", segment.stay.rooms.size()},
          {"rooms", std::move(rooms)}};
}

}  // namespace

std::vector<Fee> read_fees(agente::call call, const Api& api) {
  const auto answer =
      api.get(call, "services", "services",
              {{"display", "[id,price,auto_add_to_cart,price_addition_type,price_calculation_method]"}});
  std::vector<Fee> fees;
  for (const auto& service : answer.at("services")) {
    if (id_at(service, "auto_add_to_cart") != 1 || id_at(service, "price_addition_type") != kInsideRoomPrice) continue;
    fees.push_back({.service = id_at(service, "id"),
                    .price = number_at(service, "price"),
                    .per_night = id_at(service, "price_calculation_method") == kPerNight});
  }
  return fees;
}

json room_types_json(const std::vector<Segment>& segments, const std::vector<Fee>& fees) {
  json types = json::array();
  for (const auto& segment : segments) types.push_back(segment_json(segment, fees));
  return types;
}

json new_booking_json(const Settings& settings, const Segment& segment, const std::vector<Fee>& fees,
                      const GuestCard& guest, const std::string& source) {
  const auto& total = segment.quote.total;
  return {{"booking",
           {{"id_property", settings.hotel_id},
            {"currency", total.currency},
            {"booking_status", kNewBooking},
            {"payment_status", kAwaitingPayment},
            {"source", source},
            {"remark", guest.remark},
            {"associations",
             {{"customer_detail",
               {{"firstname", guest.firstname},
                {"lastname", guest.lastname},
                {"email", guest.email},
                {"phone", guest.phone}}},
              {"price_details", {{"total_price_with_tax", to_amount(total)}}},
              {"room_types", room_types_json({segment}, fees)}}}}}};
}

json changed_booking_json(const Settings& settings, std::int64_t id, const std::string& email,
                          const std::vector<Segment>& segments, const std::vector<Fee>& fees,
                          const agente::money& total, const std::string& remark) {
  return {{"booking",
           {{"id", id},
            {"id_property", settings.hotel_id},
            {"currency", total.currency},
            {"remark", remark},
            {"associations",
             {{"customer_detail", {{"email", email}}},
              {"price_details", {{"total_price_with_tax", to_amount(total)}}},
              {"room_types", room_types_json(segments, fees)}}}}}};
}

}  // namespace qloapps
