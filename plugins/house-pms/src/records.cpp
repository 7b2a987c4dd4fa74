#include "records.hpp"

#include <algorithm>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "calendar.hpp"

namespace house {
namespace {

using nlohmann::json;

constexpr std::string_view kStatus[] = {"booked", "in_house", "left", "cancelled"};

std::string_view name_of(agente::stay_status status) { return kStatus[static_cast<int>(status) - 1]; }

agente::stay_status status_of(const std::string& name) {
  const auto found = std::find(std::begin(kStatus), std::end(kStatus), name);
  if (found == std::end(kStatus)) throw std::runtime_error("status " + name);
  return static_cast<agente::stay_status>(found - std::begin(kStatus) + 1);
}

agente::day day_of(const json& value) {
  const auto& text = value.get_ref<const std::string&>();
  const auto day = parse_day(text);
  if (!day) throw std::runtime_error("day " + text);
  return *day;
}

}  // namespace

std::string fold(std::string_view booking_id) {
  std::string folded{booking_id};
  for (char& c : folded)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return folded;
}

json to_json(const Record& record) {
  const auto& b = record.booking;
  return {{"id", b.booking_id},
          {"reference", b.reference},
          {"status", name_of(b.status)},
          {"room_type", b.room_type},
          {"checkin", to_text(b.checkin)},
          {"checkout", to_text(b.checkout)},
          {"adults", b.adults},
          {"children", b.children},
          {"rooms", b.rooms},
          {"name", b.guest_name},
          {"phone", b.phone},
          {"email", b.email},
          {"total_minor", b.total.minor},
          {"currency", b.total.currency},
          {"created_ms", agente::to_abi(b.created)},
          {"updated_ms", agente::to_abi(b.updated)},
          {"sequence", record.sequence},
          {"from_config", record.from_config},
          {"cancel_reason", record.cancel_reason},
          {"change_keys", record.change_keys}};
}

Record record_of(const json& value) {
  Record record;
  auto& b = record.booking;
  b.booking_id = value.at("id").get<std::string>();
  b.reference = value.at("reference").get<std::string>();
  b.status = status_of(value.at("status").get<std::string>());
  b.room_type = value.at("room_type").get<std::string>();
  b.checkin = day_of(value.at("checkin"));
  b.checkout = day_of(value.at("checkout"));
  b.adults = value.at("adults").get<std::uint32_t>();
  b.children = value.at("children").get<std::uint32_t>();
  b.rooms = value.at("rooms").get<std::uint32_t>();
  b.guest_name = value.at("name").get<std::string>();
  b.phone = value.at("phone").get<std::string>();
  b.email = value.at("email").get<std::string>();
  b.total = {value.at("total_minor").get<std::int64_t>(), value.at("currency").get<std::string>()};
  b.created = agente::from_abi_time(value.at("created_ms").get<std::int64_t>());
  b.updated = agente::from_abi_time(value.at("updated_ms").get<std::int64_t>());
  record.sequence = value.at("sequence").get<std::uint64_t>();
  record.from_config = value.at("from_config").get<bool>();
  record.cancel_reason = value.at("cancel_reason").get<std::string>();
  record.change_keys = value.at("change_keys").get<std::vector<std::string>>();
  return record;
}

}  // namespace house
