#include "messaging/choices.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace agente::messaging {
namespace {

using nlohmann::json;
using store::OutboundStatus;

constexpr std::string_view kEllipsis = "…";

bool is_titled(std::string_view title, std::string_view seen) {
  if (title == seen) return true;
  if (!seen.ends_with(kEllipsis)) return false;
  seen.remove_suffix(kEllipsis.size());
  return !seen.empty() && title.starts_with(seen);
}

json choices_in(const std::string& details) {
  const auto document = json::parse(details, nullptr, false);
  return document.is_object() ? document.value("choices", json::array()) : json::array();
}

bool has_choice(const std::string& details, const std::string& id) {
  return std::ranges::any_of(choices_in(details), [&](const json& choice) { return choice.value("id", "") == id; });
}

/// Empty unless exactly one bears it.
std::string id_of(const std::string& details, std::string_view seen) {
  std::string found;
  for (const auto& choice : choices_in(details)) {
    if (!is_titled(choice.value("title", ""), seen)) continue;
    if (!found.empty()) return {};
    found = choice.value("id", "");
  }
  return found;
}

Shown state_of(const store::Outbound& offer, const store::Inbound& message) {
  constexpr store::Id kJust = store::Id{5'000} * 4096;
  const bool failed = offer.status == OutboundStatus::kHeld || offer.status == OutboundStatus::kFailed;
  if (failed) return Shown::kStuck;
  if (offer.status != OutboundStatus::kPending) return Shown::kOut;
  return offer.next_attempt_at || message.id - offer.id > kJust ? Shown::kStuck : Shown::kNotYet;
}

}  // namespace

std::string details_of(const concierge::Choices& choices) {
  json list = json::array();
  for (const auto& choice : choices.each) {
    json each{{"id", choice.id}, {"title", choice.title}};
    if (!choice.description.empty()) each["description"] = choice.description;
    list.push_back(std::move(each));
  }
  json details{{"choices", std::move(list)}};
  if (!choices.label.empty()) details["label"] = choices.label;
  return details.dump(-1, ' ', false, json::error_handler_t::replace);
}

Shown how_shown(store::sql::Connection& connection, const store::Inbound& message, const std::string& id) {
  constexpr store::Id kWeek = store::Id{7} * 86'400'000 * 4096;
  auto best = Shown::kNotYet;
  for (const auto& offer : store::outbound::list_offers(connection, message.guest, message.id - kWeek, message.id)) {
    if (has_choice(offer.details, id)) best = std::max(best, state_of(offer, message));
  }
  return best;
}

std::optional<std::string> tapped_in(store::sql::Connection& connection, const store::Inbound& message) {
  const bool tap = message.kind == "button" || message.kind == "interactive";
  if (!tap) return std::nullopt;
  if (!message.choice.empty()) return message.choice;
  // A button that does not say whose it is, is a way to type; a list or an answer that does not, is of anything.
  if (message.reply_to.empty()) return message.kind == "button" ? std::nullopt : std::optional(std::string());
  const auto ours = store::outbound::find_by_external_id(connection, message.guest.channel, message.reply_to);
  if (!ours || ours->guest != message.guest || ours->kind != kChoices) return "";
  return id_of(ours->details, message.text);
}

}  // namespace agente::messaging
