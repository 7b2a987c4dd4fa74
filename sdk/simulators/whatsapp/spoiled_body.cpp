#include "simulators/whatsapp/spoiled_body.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "simulators/whatsapp/ids.hpp"
#include "simulators/whatsapp/webhook.hpp"

namespace agente::sim::whatsapp {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLargest = 3U << 20;  // the most that Meta sends
constexpr std::size_t kDepth = 2'000;
constexpr const char* kSomeone = "34600999000";

/// A member that fills the body up to `size` bytes.
void pad(Json& event, std::size_t size) {
  event["padding"] = "";
  const auto length = to_wire(event).size();
  event["padding"] = std::string(size - std::min(size, length), 'x');
}

/// The change of the first entry that tells of messages or statuses.
Json& value_of(Json& event) { return event.at("entry").at(0).at("changes").at(0).at("value"); }

void add_change(Json& event, Json change) { event.at("entry").at(0).at("changes").push_back(std::move(change)); }

void add_unknown_field(Json& event) { add_change(event, {{"value", {{"event", "SHOWN"}}}, {"field", "holograms"}}); }

void add_unknown_type(Json& event) {
  auto& value = value_of(event);
  const auto guest = value.contains("contacts") ? value["contacts"][0].value("wa_id", kSomeone) : kSomeone;
  value["messages"].push_back({{"from", guest},
                               {"id", new_wamid_from(guest)},
                               {"timestamp", "1763200000"},
                               {"type", "hologram"},
                               {"hologram", {{"id", "1"}}}});
}

void add_unknown_status(Json& event) {
  value_of(event)["statuses"].push_back(
      {{"id", new_wamid_to(kSomeone)}, {"status", "admired"}, {"timestamp", "1763200000"}, {"recipient_id", kSomeone}});
}

/// Every list and member of a value that may be absent, where there is none.
void add_nulls(Json& event) {
  auto& value = value_of(event);
  for (const auto* name : {"contacts", "messages", "statuses", "errors", "message_echoes"}) {
    if (!value.contains(name)) value[name] = nullptr;
  }
  for (const auto* list : {"messages", "statuses"}) {
    if (!value[list].is_array()) continue;
    for (auto& each : value[list])
      for (const auto* name : {"context", "referral", "errors", "pricing", "conversation"})
        if (!each.contains(name)) each[name] = nullptr;
  }
  event["entry"].push_back(nullptr);
}

/// What a guest wrote to a number that is not the hotel's.
void add_foreign_number(Json& event) {
  const GuestMessage message{.from = kSomeone,
                             .user_id = "",
                             .name = "Guest",
                             .id = new_wamid_from(kSomeone),
                             .timestamp = "1763200000",
                             .text = "",
                             .content = {{"type", "text"}, {"text", {{"body", "Not for this hotel"}}}}};
  const auto foreign = messages_event({"", "123456123", "16505551111"}, {message});
  add_change(event, foreign.at("entry").at(0).at("changes").at(0));
}

struct Spoiling {
  std::string_view fault;
  void (*apply)(Json& event);
};
constexpr std::array kSpoilings{
    Spoiling{"webhook_3mb", [](Json& event) { pad(event, kLargest); }},
    Spoiling{"webhook_over_3mb", [](Json& event) { pad(event, kLargest + 1); }},
    Spoiling{"webhook_unknown_field", add_unknown_field},
    Spoiling{"webhook_unknown_type", add_unknown_type},
    Spoiling{"webhook_unknown_status", add_unknown_status},
    Spoiling{"webhook_nulls", add_nulls},
    Spoiling{"webhook_foreign_number", add_foreign_number},
};

/// By hand: a tree of that depth is slow to build and to take down.
std::string nested(std::string body) {
  const auto deep = std::string(kDepth, '[') + std::string(kDepth, ']');
  return body.insert(body.size() - 1, ",\"deep\":" + deep);
}

}  // namespace

std::string spoiled(const std::string& body, std::string_view fault) {
  auto event = Json::parse(body, nullptr, false);
  if (!event.is_object() || event.empty()) return body;
  if (fault == "webhook_deep") return nested(body);
  const auto spoiling =
      std::find_if(kSpoilings.begin(), kSpoilings.end(), [&](const Spoiling& each) { return each.fault == fault; });
  if (spoiling == kSpoilings.end()) return body;
  try {
    spoiling->apply(event);
  } catch (const Json::exception&) {  // it has no entry, no changes, no value
    return body;
  }
  return to_wire(event);
}

std::string in_plain_utf8(const std::string& body) {
  const auto event = Json::parse(body, nullptr, false);
  return event.is_discarded() ? body : event.dump();
}

}  // namespace agente::sim::whatsapp
