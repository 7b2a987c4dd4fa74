#include <charconv>

#include "web/resources/house.hpp"

namespace agente::web {

Response refuse_with(const Request& request, const Error& error) {
  switch (error.code) {
    case Code::kInvalid:
      return Response::error(request, 400, "invalid", error.text);
    case Code::kNotFound:
      return Response::error(request, 404, "not_found", error.text);
    case Code::kConflict:
      return Response::error(request, 409, "conflict", error.text);
    case Code::kUnsupported:
      return Response::error(request, 501, "unsupported", error.text);
    case Code::kAuth:
    case Code::kConfig:
    case Code::kUnknownOutcome:
      return Response::error(request, 502, "upstream", error.text);
    case Code::kRetry:
    case Code::kRate:
    case Code::kTimeout:
    case Code::kCancelled: {
      auto response = Response::error(request, 503, "try_again", error.text);
      const auto wait = error.retry_after.value_or(Millis{1000});
      response.headers.set("Retry-After", std::to_string(std::max<Millis::rep>(1, (wait.count() + 999) / 1000)));
      return response;
    }
    case Code::kInternal:
      break;
  }
  return Response::error(request, 500, "internal", error.text);
}

Result<std::int64_t> whole_number(const Request& request, std::string_view name, std::int64_t fallback,
                                  std::int64_t least, std::int64_t most) {
  const auto text = request.query_value(name);
  if (!text) return fallback;
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (failure != std::errc{} || end != text->data() + text->size() || value < least || value > most) {
    return Error{Code::kInvalid, std::string(name) + ": must be a whole number from " + std::to_string(least) + " to " +
                                     std::to_string(most) + ", is '" + std::string(*text) + "'"};
  }
  return value;
}

Result<const config::HotelConfig*> hotel_asked_for(const config::Config& config, const Request& request) {
  const auto wanted = request.query_value("hotel");
  if (!wanted && config.hotels.empty()) return Error{Code::kNotFound, "no hotel is configured"};
  if (!wanted) return &config.hotels.front();
  if (const auto* hotel = config.hotel(std::string(*wanted))) return hotel;
  return Error{Code::kInvalid, "hotel: there is no '" + std::string(*wanted) + "' in the configuration"};
}

Result<std::optional<Day>> day_asked_for(const Request& request) {
  const auto wanted = request.query_value("date");
  if (!wanted) return std::optional<Day>{};
  if (const auto day = parse_day(*wanted)) return day;
  return Error{Code::kInvalid, "date: write YYYY-MM-DD, is '" + std::string(*wanted) + "'"};
}

}  // namespace agente::web
