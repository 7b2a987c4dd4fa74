// GET /api/v1/reservations: the manual's two filters, which combine, and paging.
#include <chrono>

#include <nlohmann/json.hpp>

#include "store/repositories.hpp"
#include "web/resources/house.hpp"

namespace agente::web {
namespace {

using nlohmann::json;
using store::reservations::DateField;
using store::reservations::Filter;

json optional_day(const std::optional<Day>& day) { return day ? json(format_day(*day)) : json(nullptr); }
json optional_text(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

json reservation_json(const store::Reservation& row) {
  json total = nullptr;
  json currency = nullptr;
  if (row.total) {
    total = currency_units(*row.total);
    currency = row.total->currency;
  }
  return {{"id", std::to_string(row.id)},
          {"guest_name", optional_text(row.guest_name)},
          {"room_type", optional_text(row.room_type)},
          {"status", store::name_of(row.status)},
          {"check_in", optional_day(row.checkin)},
          {"check_out", optional_day(row.checkout)},
          {"guests", row.adults ? json(*row.adults + row.children) : json(nullptr)},
          {"channel", row.guest.channel},
          {"pms_backend", optional_text(row.pms_backend)},
          {"pms_booking_id", optional_text(row.pms_booking_id)},
          {"total", total},
          {"currency", currency},
          {"updated_at", format_time(row.updated_at)}};
}

Result<DateField> date_field_of(std::string_view name) {
  if (name == "stay") return DateField::kStay;
  if (name == "arrival") return DateField::kArrival;
  if (name == "departure") return DateField::kDeparture;
  if (name == "created") return DateField::kCreated;
  return Error{Code::kInvalid,
               "date_field: must be arrival, departure, stay or created, is '" + std::string(name) + "'"};
}

Result<Filter> filter_of(const House& house, const Request& request) {
  Filter filter;
  const auto config = house.config.pin();
  const auto hotel = hotel_asked_for(*config, request);
  if (!hotel) return hotel.error();
  filter.hotel = (*hotel)->id;
  if (const auto status = request.query_value("status")) {
    filter.status = store::reservation_status(*status);
    if (!filter.status) {
      return Error{Code::kInvalid, "status: '" + std::string(*status) +
                                       "' is none of INQUIRY, QUOTE_SENT, PENDING_CONFIRMATION, CONFIRMED, CHECKED_IN, "
                                       "CHECKED_OUT, CANCELLED"};
    }
  }
  const auto date = day_asked_for(request);
  if (!date) return date.error();
  if (*date) {
    filter.date = *date;
    const auto field = date_field_of(request.query_value("date_field").value_or("stay"));
    if (!field) return field.error();
    filter.field = *field;
    filter.created_from = parse_local(format_day(*filter.date), (*hotel)->timezone).value_or(Time{});
    filter.created_to =
        parse_local(format_day(*filter.date + std::chrono::days{1}), (*hotel)->timezone).value_or(Time{});
  }
  const auto limit = whole_number(request, "limit", 100, 1, 1000);
  const auto after = whole_number(request, "cursor", 0, 0, std::int64_t{1} << 53);
  if (!limit) return limit.error();
  if (!after) return after.error();
  filter.limit = static_cast<int>(*limit);
  filter.after = *after;
  return filter;
}

Response list(House& house, const Request& request) {
  const auto filter = filter_of(house, request);
  if (!filter) return refuse_with(request, filter.error());
  std::vector<store::Reservation> rows;
  std::int64_t count = 0;
  const auto read = house.store.read([&](store::sql::Connection& connection) {
    rows = store::reservations::list(connection, *filter);
    count = store::reservations::count(connection, *filter);
  });
  if (!read) return refuse_with(request, read.error());
  json reservations = json::array();
  for (const auto& row : rows) reservations.push_back(reservation_json(row));
  const bool more = static_cast<int>(rows.size()) == filter->limit;
  return Response::json(200, {{"count", count},
                              {"reservations", std::move(reservations)},
                              {"next_cursor", more ? json(std::to_string(rows.back().id)) : json(nullptr)}});
}

}  // namespace

void mount_reservations(Router& router, House& house) {
  router.add(
      {.pattern = "/api/v1/reservations", .handler = [&house](Request& request) { return list(house, request); }});
}

}  // namespace agente::web
