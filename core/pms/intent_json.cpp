#include "pms/intent_json.hpp"

#include <nlohmann/json.hpp>

#include "pms/booking_json.hpp"

namespace agente::pms {
namespace {

using nlohmann::json;

std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace

std::string request_json(const plugins::BookingRequest& r) {
  return dump({{"room_type", r.room_type},
               {"checkin", format_day(r.checkin)},
               {"checkout", format_day(r.checkout)},
               {"adults", r.adults},
               {"children", r.children},
               {"rooms", r.rooms},
               {"guest_name", r.guest_name},
               {"phone", r.phone},
               {"email", r.email},
               {"language", r.language},
               {"total", money_json(r.expected_total)}});
}

std::string request_json(const plugins::BookingChange& c) {
  return dump({{"booking_id", c.booking_id},
               {"room_type", c.room_type},
               {"checkin", format_day(c.checkin)},
               {"checkout", format_day(c.checkout)},
               {"adults", c.adults},
               {"children", c.children},
               {"rooms", c.rooms},
               {"total", money_json(c.expected_total)}});
}

std::string request_json(const AcceptedCancel& cancel) {
  return dump({{"booking_id", cancel.booking_id}, {"reason", cancel.reason}});
}

std::string outcome_json(const WriteOutcome& outcome) {
  json out{{"kind", static_cast<int>(outcome.kind)}, {"text", outcome.text}};
  if (outcome.kind == WriteOutcome::Kind::kDone) out["booking"] = booking_json(outcome.booking);
  return dump(out);
}

Result<WriteOutcome> outcome_of(const std::string& text) {
  try {
    const auto value = json::parse(text);
    WriteOutcome outcome{.kind = static_cast<WriteOutcome::Kind>(value.at("kind").get<int>()),
                         .text = value.at("text")};
    if (outcome.kind == WriteOutcome::Kind::kDone) outcome.booking = booking_of(value.at("booking"));
    return outcome;
  } catch (const std::exception& defect) {
    return Error{Code::kInternal, std::string("stored outcome cannot be read: ") + defect.what()};
  }
}

}  // namespace agente::pms
