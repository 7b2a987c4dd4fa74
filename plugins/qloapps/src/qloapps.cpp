#include "qloapps.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "arrivals.hpp"
#include "values.hpp"

namespace qloapps {
namespace {

using agente::error;

/// Words that the host can say in every language of its guests.
bool has_host_a_word(std::string_view word) {
  constexpr std::array<std::string_view, 7> kWords{"single",    "double", "twin", "triple",
                                                   "quadruple", "family", "suite"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

agente::room_type told_type(const Type& type) {
  const auto name = has_host_a_word(type.word) ? std::string{} : type.name;
  return {.id = type.word,
          .count = type.count,
          .capacity = std::min(type.max_guests, type.max_adults + type.max_children),
          .name_es = name,
          .name_en = name,
          .name_pt = name};
}

/// "1 The Hotel Prime, 2 The Hotel Second"
std::string hotels_there(const Api& api, agente::call call) {
  constexpr std::size_t kMost = 10;
  const auto found =
      api.get(call, "hotels", "hotels", {{"display", "[id,hotel_name]"}, {"limit", std::to_string(kMost)}});
  std::string names;
  for (const auto& each : found.at("hotels"))
    names += (names.empty() ? "" : ", ") + text_at(each, "id") + " " + words_at(each, "hotel_name");
  return names.empty() ? "none at all" : names;
}

std::string word_of(const Order& order, const std::vector<Type>& types) {
  const auto found =
      std::find_if(types.begin(), types.end(), [&](const Type& type) { return type.id == order.type(); });
  if (found != types.end()) return found->word;
  return order.rows.empty() ? std::string{} : order.rows.front().type_name;
}

}  // namespace

agente::booking QloApps::told(const Order& order, agente::call call) {
  const auto stay = order.stay();
  const auto ahead = std::chrono::round<std::chrono::minutes>(desk_.local_now() - desk_.host.now());
  const auto in_utc = [&](agente::time_point local) {
    return local == agente::time_point{} ? local : std::max(agente::time_point{}, local - ahead);
  };
  return {.booking_id = order.name(),
          .reference = reference_in(order.source),
          .status = order.status(),
          .room_type = word_of(order, desk_.catalogue.types(call)),
          .checkin = stay.checkin,
          .checkout = stay.checkout,
          .adults = stay.all().adults,
          .children = stay.all().children,
          .rooms = static_cast<std::uint32_t>(stay.rooms.size()),
          .guest_name = own_name(order.firstname, order.lastname),
          .phone = own_phone(order.phone),
          .email = own_email(order.email),
          .total = order.total,
          .created = in_utc(order.created),
          .updated = in_utc(order.updated)};
}

std::vector<agente::room_type> QloApps::rooms(agente::call call) {
  std::vector<agente::room_type> types;
  for (const auto& type : desk_.catalogue.types(call)) types.push_back(told_type(type));
  return types;
}

std::vector<agente::offer> QloApps::availability(const agente::stay_query& query, agente::call call) {
  const auto stay = checked_stay(query.checkin, query.checkout, {query.adults, query.children}, query.rooms,
                                 desk_.settings.max_nights);
  std::optional<Order> own;
  if (!query.except_booking.empty()) own = desk_.orders.read(call, query.except_booking);
  if (!own || own->stay().checkin != stay.checkin) must_not_be_past(stay, desk_.today());
  const auto types =
      query.room_type.empty() ? desk_.catalogue.types(call) : std::vector{desk_.catalogue.type(query.room_type, call)};
  auto quotes = desk_.quotes.ask(call, stay, types.size() == 1 ? types.front().id : 0);
  std::vector<agente::offer> offers;
  for (const auto& type : types) {
    const auto& quote = quotes[type.id];
    offers.push_back({.room_type = type.word,
                      .units_left = own ? changes_.free_for(*own, type, stay, quote.free, call) : quote.free,
                      .capacity = capacity_for(type, stay),
                      .total = quote.total});
  }
  return offers;
}

agente::booking QloApps::book(const agente::booking_request& request, agente::call call) {
  const auto order = reservations_.book(request, call);
  desk_.host.info(call, "booked", {{"booking", order.id}, {"reference", request.reference}});
  return after_write([&] { return told(order, call); });
}

std::vector<agente::booking> QloApps::find_by_reference(std::string_view reference, agente::call call) {
  std::vector<agente::booking> bookings;
  for (const auto& order : reservations_.find(reference, call)) bookings.push_back(told(order, call));
  return bookings;
}

agente::booking QloApps::get(std::string_view booking_id, agente::call call) {
  return told(desk_.orders.read(call, booking_id), call);
}

agente::booking QloApps::change(const agente::booking_change& wish, agente::call call) {
  const auto order = changes_.change(wish, call);
  desk_.host.info(call, "booking changed", {{"booking", order.id}});
  return after_write([&] { return told(order, call); });
}

/// QloApps keeps no reason: the host does.
agente::booking QloApps::cancel(std::string_view booking_id, std::string_view /*reason*/, agente::call call) {
  const auto order = reservations_.cancel(booking_id, call);
  desk_.host.info(call, "booking cancelled", {{"booking", order.id}});
  return after_write([&] { return told(order, call); });
}

agente::booking QloApps::set_stay_status(std::string_view booking_id, agente::stay_status status, agente::call call) {
  return told(qloapps::set_stay_status(desk_, booking_id, status, call), call);
}

agente::changes QloApps::changes_since(std::string_view cursor, std::uint32_t limit, agente::call call) {
  auto sight = watch_.since(cursor, limit, call);
  agente::changes changes{.next_cursor = std::move(sight.next_cursor)};
  for (const auto& order : sight.orders) changes.bookings.push_back(told(order, call));
  return changes;
}

void QloApps::health(agente::call call) {
  const auto hotel = std::to_string(desk_.settings.hotel_id);
  const auto found = desk_.api.get(call, "hotels", "hotels", {{"display", "[id]"}, {"filter[id]", "[" + hotel + "]"}});
  if (!found.at("hotels").empty()) return;
  throw error(AGENTE_E_CONFIG, "QloApps has no hotel " + hotel + ", but " + hotels_there(desk_.api, call) +
                                   "; set hotel_id to one of these numbers");
}

}  // namespace qloapps
