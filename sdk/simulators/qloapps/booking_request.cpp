#include "simulators/qloapps/booking_request.hpp"

#include <algorithm>
#include <charconv>
#include <regex>

#include "simulators/qloapps/shop_time.hpp"
#include "simulators/qloapps/xml.hpp"

namespace agente::sim::qloapps {
namespace {

[[noreturn]] void refuse(const std::string& what) { throw Refusal{400, {{404, what}}}; }
[[noreturn]] void die() { throw BareText{500, ""}; }

std::string text_at(const Record& within, const char* name) {
  const auto found = within.find(name);
  return found == within.end() || found->is_structured() ? std::string() : text_of(*found);
}

/// Dies of a number with a comma, as PHP does.
std::optional<double> number_at(const Record& within, const char* name) {
  const auto text = text_at(within, name);
  if (text.empty()) return std::nullopt;
  double value = 0;
  const auto* end = text.data() + text.size();
  if (const auto read = std::from_chars(text.data(), end, value); read.ec != std::errc{} || read.ptr != end) die();
  return value;
}

std::optional<int> integer_at(const Record& within, const char* name) {
  const auto number = number_at(within, name);
  return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

Record part(const Record& within, const char* name, const Record& otherwise) {
  const auto found = within.find(name);
  return found != within.end() && found->type() == otherwise.type() ? *found : otherwise;
}

Record read_body(const std::string& body) {
  const auto document = body.starts_with("<") ? read_xml(body).value_or(nullptr) : Record::parse(body, nullptr, false);
  if (!document.is_object() || !document.contains("booking") || !document["booking"].is_object()) die();
  return document["booking"];
}

/// The database knows UTF-8 of three bytes at most, and tags are stripped.
std::string as_stored(const std::string& text) {
  std::string stored;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (const auto end = text[i] == '<' ? text.find('>', i) : std::string::npos; end != std::string::npos) {
      i = end;
    } else if (static_cast<unsigned char>(text[i]) >= 0xF0) {
      stored += "????";
      i += 3;
    } else {
      stored += text[i];
    }
  }
  return stored;
}

WantedRoom read_room(const Record& given) {
  WantedRoom room{.room = integer_at(given, "id_room"),
                  .adults = integer_at(given, "adults").value_or(0),
                  .unit_price = number_at(given, "unit_price_without_tax"),
                  .tax = number_at(given, "total_tax")};
  const auto ages = part(given, "child_ages", Record::array());
  const int children = integer_at(given, "child").value_or(0);
  if (children > 0 && ages.size() == static_cast<std::size_t>(children)) {
    room.children = children;
    room.child_ages = ages.dump();
  }
  for (const auto& service : part(given, "services", Record::array())) {
    room.services.push_back(
        {.id = integer_at(service, "id_service").value_or(0), .quantity = integer_at(service, "quantity").value_or(1)});
  }
  return room;
}

WantedStay read_stay(const Hotel& hotel, const Record& given) {
  WantedStay stay{.room_type = integer_at(given, "id_room_type").value_or(0)};
  const auto* type = hotel.room_type(stay.room_type);
  if (type == nullptr) refuse("Room type not found.");
  const auto from = read_day(text_at(given, "checkin_date"));
  const auto to = read_day(text_at(given, "checkout_date"));
  if (!from || !to || *from > *to) refuse("Invalid dates.");
  if (*from == *to) refuse("Requested room(s) not available.");
  stay.from = midnight_of(*from);
  stay.to = midnight_of(*to);
  stay.nights = static_cast<double>((*to - *from).count());
  const int count = integer_at(given, "number_of_rooms").value_or(0);
  if (count < 1 || count > 1000) refuse("Invalid number of rooms.");
  const auto rooms = part(given, "rooms", Record::array());
  stay.listed = !rooms.empty();
  if (stay.listed && rooms.size() != static_cast<std::size_t>(count)) refuse("Invalid number of rooms.");
  for (const auto& room : rooms) stay.rooms.push_back(read_room(room));
  if (!stay.listed) {
    stay.rooms.assign(static_cast<std::size_t>(count), {.adults = type->adults, .children = type->children});
  }
  return stay;
}

bool is_name(const std::string& name) {
  const auto letters = std::count_if(name.begin(), name.end(), [](char c) { return (c & 0xC0) != 0x80; });
  return letters >= 1 && letters <= 32 && name.find_first_of("0123456789!<>,;?=+()@#\"{}_$%:") == std::string::npos &&
         name.find("°") == std::string::npos;
}

void check_names(const WantedGuest& guest) {
  static const std::regex kPhone(R"(\+?[\s\d.()-]*\d+)");
  if (!is_name(guest.firstname) || !is_name(guest.lastname)) die();
  if (guest.phone.size() > 32 || !std::regex_match(guest.phone, kPhone)) die();
}

void check_address(const Record& customer) {
  int given = 0;
  for (const auto* name : {"address", "city", "zip", "country_code"}) given += text_at(customer, name).empty() ? 0 : 1;
  if (given != 0 && given != 4) refuse("Please provide a complete address.");
}

WantedBooking read_common(const Hotel& hotel, const Record& body) {
  const auto associations = part(body, "associations", Record::object());
  const auto customer = part(associations, "customer_detail", Record::object());
  const auto price = part(associations, "price_details", Record::object());
  const auto payment = part(associations, "payment_detail", Record::object());
  WantedBooking wanted{.booking_status = integer_at(body, "booking_status"),
                       .payment_status = integer_at(body, "payment_status").value_or(3),
                       .source = text_at(body, "source").substr(0, 255),
                       .remark = as_stored(text_at(body, "remark")),
                       .language = integer_at(body, "id_language").value_or(1),
                       .guest = {as_stored(text_at(customer, "firstname")), as_stored(text_at(customer, "lastname")),
                                 text_at(customer, "email"), text_at(customer, "phone")},
                       .total_paid = number_at(price, "total_paid").value_or(0),
                       .total_price = number_at(price, "total_price_with_tax"),
                       .payment_type = text_at(payment, "payment_type"),
                       .payment_method = text_at(payment, "payment_method"),
                       .transaction_id = text_at(payment, "transaction_id")};
  if (text_at(body, "id_property") != "1") refuse("Hotel not found.");
  if (const auto currency = text_at(body, "currency"); !currency.empty() && currency != "EUR") {
    refuse("Please provide valid currency.");
  }
  if (wanted.booking_status && (*wanted.booking_status < 1 || *wanted.booking_status > 4)) {
    refuse("Invalid booking status.");
  }
  check_address(customer);
  const auto stays = part(associations, "room_types", Record::array());
  if (stays.empty()) refuse("Rooms not found in the request.");
  for (const auto& stay : stays) wanted.stays.push_back(read_stay(hotel, stay));
  return wanted;
}

}  // namespace

WantedBooking read_new_booking(const Hotel& hotel, const std::string& body) {
  const auto given = read_body(body);
  auto wanted = read_common(hotel, given);
  if (wanted.guest.phone.empty()) refuse("Please provide a valid phone number.");
  if (wanted.guest.firstname.empty()) refuse("Please provide a valid first name.");
  if (wanted.guest.lastname.empty()) refuse("Please provide a valid last name.");
  if (!wanted.booking_status) refuse("Invalid booking status.");
  if (wanted.payment_status < 1 || wanted.payment_status > 3) refuse("Invalid payment status.");
  static const std::regex kEmail("[^@\\s]+@[^@\\s]+\\.[^@\\s]+");
  if (wanted.guest.email.size() > 128 || !std::regex_match(wanted.guest.email, kEmail)) {
    throw BareText{200, "Fatal error"};
  }
  check_names(wanted.guest);
  return wanted;
}

WantedBooking read_changed_booking(const Hotel& hotel, const std::string& body,
                                   const std::function<bool(int)>& exists) {
  const auto given = read_body(body);
  const auto id = integer_at(given, "id");
  if (!id) refuse("id is required with PUT requests.");
  if (!exists(*id)) refuse("Booking not found.");
  auto wanted = read_common(hotel, given);
  wanted.id = id;
  return wanted;
}

}  // namespace agente::sim::qloapps
