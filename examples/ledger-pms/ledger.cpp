#include "ledger.hpp"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

using nlohmann::json;

namespace {

constexpr const char* kKey = "ledger";
constexpr std::uint32_t kLayout = 1;  // of the value; the next version of the plugin reads this one too
constexpr int kMostAttempts = 50;

json to_json(const Line& line) {
  const auto& b = line.booking;
  return {{"id", b.booking_id},
          {"reference", b.reference},
          {"status", static_cast<int>(b.status)},
          {"room_type", b.room_type},
          {"checkin", agente::to_abi(b.checkin)},
          {"checkout", agente::to_abi(b.checkout)},
          {"adults", b.adults},
          {"children", b.children},
          {"rooms", b.rooms},
          {"name", b.guest_name},
          {"phone", b.phone},
          {"email", b.email},
          {"total", b.total.minor},
          {"currency", b.total.currency},
          {"created", agente::to_abi(b.created)},
          {"updated", agente::to_abi(b.updated)},
          {"keys", line.change_keys},
          {"sequence", line.sequence}};
}

Line from_json(const json& j) {
  return {.booking = {.booking_id = j.at("id"),
                      .reference = j.at("reference"),
                      .status = static_cast<agente::stay_status>(j.at("status").get<int>()),
                      .room_type = j.at("room_type"),
                      .checkin = agente::from_abi_day(j.at("checkin")),
                      .checkout = agente::from_abi_day(j.at("checkout")),
                      .adults = j.at("adults"),
                      .children = j.at("children"),
                      .rooms = j.at("rooms"),
                      .guest_name = j.at("name"),
                      .phone = j.at("phone"),
                      .email = j.at("email"),
                      .total = {j.at("total"), j.at("currency")},
                      .created = agente::from_abi_time(j.at("created")),
                      .updated = agente::from_abi_time(j.at("updated"))},
          .change_keys = j.at("keys"),
          .sequence = j.at("sequence")};
}

std::vector<Line> lines_of(const std::optional<agente::kv_entry>& entry) {
  std::vector<Line> lines;
  if (!entry) return lines;
  if (entry->schema != kLayout)
    throw agente::error(AGENTE_E_CONFIG, "the ledger was written by another version; install that one");
  const auto all = json::parse(entry->value);
  for (const auto& line : all) lines.push_back(from_json(line));
  return lines;
}

std::string text_of(const std::vector<Line>& lines) {
  auto all = json::array();
  for (const auto& line : lines) all.push_back(to_json(line));
  return all.dump(-1, ' ', false, json::error_handler_t::replace);  // a guest's name may be broken UTF-8
}

}  // namespace

std::vector<Line> Ledger::read() const { return lines_of(host_.kv_get(kKey)); }

agente::booking Ledger::write(const std::function<std::size_t(std::vector<Line>&)>& decide) {
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    const auto entry = host_.kv_get(kKey);
    auto lines = lines_of(entry);
    std::uint64_t last = 0;
    for (const auto& line : lines) last = std::max(last, line.sequence);
    auto& line = lines.at(decide(lines));
    if (entry && text_of(lines) == entry->value) return line.booking;  // nothing to do: it was done before
    line.sequence = last + 1;
    line.booking.updated = host_.now();
    try {
      host_.kv_put(kKey, text_of(lines), kLayout, entry ? entry->revision : agente::kv_absent);
      return line.booking;
    } catch (const agente::error& e) {
      if (e.code() != AGENTE_E_CONFLICT) throw;  // another was faster: read again what he left
    }
  }
  throw agente::error(AGENTE_E_RETRY, "too many change the ledger at once");
}
