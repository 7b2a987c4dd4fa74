#include "messaging/front_desk.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "concierge/flow.hpp"
#include "messaging/guest_record.hpp"
#include "messaging/held.hpp"
#include "messaging/parts.hpp"
#include "store/repositories.hpp"
#include "telemetry/log.hpp"

namespace agente::messaging {
namespace {

using store::sql::Connection;

/// The account that the guest writes to, and his language.
struct Known {
  std::string account;
  std::string language;
};

std::optional<Known> known(Connection& connection, const store::GuestKey& guest) {
  if (is_pseudonym(guest.sender)) return std::nullopt;
  if (const auto talk = store::conversations::find(connection, guest)) return Known{talk->account, talk->language};
  const store::messages::Filter first{
      .channel = guest.channel, .direction = "in", .sender = guest.sender, .hotel = guest.hotel, .limit = 1};
  const auto lines = store::messages::list(connection, first);
  if (lines.empty()) return std::nullopt;
  return Known{lines.front().account, ""};
}

/// "staff_paused" -> "conversation.paused". The subject is the act's row: it keeps the guest's name only while he is
/// not erased.
store::guests::Action note(const store::Inbound& row, store::Id id) {
  const auto verb = row.kind.substr(row.kind.find('_') + 1);
  return {.id = id,
          .hotel = row.guest.hotel,
          .at = row.received_at,
          .actor = row.sender_name,
          .action = "conversation." + verb,
          .subject = std::to_string(row.id),
          .detail = nlohmann::json{{"channel", row.guest.channel}, {"until", row.text}}.dump()};
}

Error unknown(const store::GuestKey& guest) {
  return {Code::kNotFound,
          "'" + guest.sender + "' has never written on " + guest.channel + "; see `agentctl messages` for who has"};
}

}  // namespace

FrontDesk::FrontDesk(store::Store& store, const Clock& clock, Told told, FindChannel find)
    : store_(store), clock_(clock), told_(std::move(told)), find_(std::move(find)) {}

Result<store::Id> FrontDesk::pause(const Act& act, std::optional<Time> until) {
  auto done = carry_out(
      act, {.kind = std::string(concierge::kStaffPaused), .text = until ? format_time(*until) : std::string()}, {});
  return done ? Result<store::Id>(done->act) : done.error();
}

Result<store::Id> FrontDesk::resume(const Act& act) {
  auto done = carry_out(act, {.kind = std::string(concierge::kStaffResumed)}, {});
  return done ? Result<store::Id>(done->act) : done.error();
}

Result<FrontDesk::Said> FrontDesk::say(const Act& act, const std::string& text) {
  std::vector<store::Outbound> messages;
  for (auto& part : in_parts(text, kLongestReply)) messages.push_back({.text = std::move(part)});
  return carry_out(act, {.kind = std::string(concierge::kStaffSaid)}, std::move(messages));
}

Result<FrontDesk::Said> FrontDesk::send_template(const Act& act, const Template& form) {
  std::string text = "[" + form.name + ", " + form.language + "]";
  auto parameters = nlohmann::json::array();
  const bool named = !form.parameters.empty() && !form.parameters.front().name.empty();
  if (named) parameters = nlohmann::json::object();
  for (const auto& each : form.parameters) {
    text += " " + each.text;
    named ? parameters[each.name] = each.text : parameters.emplace_back(each.text);
  }
  nlohmann::json details{{"name", form.name}, {"language", form.language}, {"parameters", std::move(parameters)}};
  if (!form.header.empty()) details["header"] = nlohmann::json::parse(form.header);
  if (!form.buttons.empty()) details["buttons"] = nlohmann::json::parse(form.buttons);
  return carry_out(act, {.kind = std::string(concierge::kStaffSaid)},
                   {{.kind = std::string(kTemplate), .text = std::move(text), .details = details.dump()}});
}

Result<FrontDesk::Said> FrontDesk::send_place(const Act& act, const Place& place) {
  const nlohmann::json details{
      {"latitude", place.latitude}, {"longitude", place.longitude}, {"name", place.name}, {"address", place.address}};
  std::string text = place.name;
  if (!place.address.empty()) text += (text.empty() ? "" : "\n") + place.address;
  text += (text.empty() ? "" : "\n") + std::to_string(place.latitude) + ", " + std::to_string(place.longitude);
  return carry_out(act, {.kind = std::string(concierge::kStaffSaid)},
                   {{.kind = "location", .text = std::move(text), .details = details.dump()}});
}

Result<std::string> FrontDesk::upload(const store::GuestKey& guest, const std::string& mime_type,
                                      const std::string& bytes) {
  std::optional<Known> found;
  const auto read = store_.read([&](Connection& connection) { found = known(connection, guest); });
  if (!read) return read.error();
  if (!found) return unknown(guest);
  auto* channel = find_(guest.channel);
  if (channel == nullptr) return Error{Code::kRetry, guest.channel + " is not running; see `agentctl plugin list`"};
  return channel->upload({.account = found->account, .mime_type = mime_type, .bytes = bytes}, "");
}

Result<FrontDesk::Said> FrontDesk::send_file(const Act& act, const File& file) {
  const auto id = upload(act.guest, file.mime_type, file.bytes);
  if (!id) return id.error();
  const bool image = file.mime_type == "image/jpeg" || file.mime_type == "image/png";
  nlohmann::json details{{"media", *id}};
  if (!image) details["filename"] = file.name;
  return carry_out(act, {.kind = std::string(concierge::kStaffSaid)},
                   {{.kind = image ? "image" : "document", .text = file.caption, .details = details.dump()}});
}

Result<FrontDesk::Said> FrontDesk::react(const Act& act, store::Id message, const std::string& emoji) {
  std::optional<store::Inbound> written;
  const auto read = store_.read([&](Connection& connection) { written = store::inbound::find(connection, message); });
  if (!read) return read.error();
  if (!written || written->guest != act.guest || !store::inbound::is_by_guest(written->kind)) {
    return Error{Code::kNotFound, "'" + act.guest.sender + "' wrote no message " + std::to_string(message) +
                                      "; see `agentctl messages --direction in`"};
  }
  const nlohmann::json details{{"emoji", emoji}};
  return carry_out(act, {.kind = std::string(concierge::kStaffSaid)},
                   {{.kind = "reaction",
                     .text = emoji.empty() ? "(no reaction)" : emoji,
                     .details = details.dump(),
                     .quotes_external_id = written->external_id}});
}

Result<void> FrontDesk::drop(store::Id message, const std::string& actor) {
  Result<void> verdict;
  const auto written = store_.write([&](Connection& connection) {
    const auto held = store::outbound::find(connection, message);
    const auto name = "message " + std::to_string(message);
    verdict = {};
    if (!held) {
      verdict = Error{Code::kNotFound, "no outgoing " + name + "; see agentctl messages"};
    } else if (!store::outbound::drop_held(connection, *held, "dropped by " + actor)) {
      const auto now = store::outbound::find(connection, message).value_or(*held);
      verdict = Error{Code::kConflict, name + " is " + std::string(store::name_of(now.status)) +
                                           ", not held; see agentctl messages --status held"};
    } else {
      store::guests::append(connection, {.id = connection.next_id(),
                                         .hotel = held->guest.hotel,
                                         .at = clock_.now(),
                                         .actor = actor,
                                         .action = "message.drop",
                                         .subject = std::to_string(message),
                                         .detail = "{}"});
    }
  });
  return written ? verdict : written;
}

Result<FrontDesk::Said> FrontDesk::carry_out(const Act& act, store::Inbound row,
                                             std::vector<store::Outbound> messages) {
  row.guest = act.guest;
  row.sender_name = act.actor;
  row.external_id = "staff-" + random_hex(16);
  row.received_at = row.provider_time = clock_.now();
  row.trace = random_hex(8);
  std::optional<Known> guest;
  Said said;
  const auto written = store_.write([&](Connection& connection) {
    said = {};
    guest = known(connection, act.guest);
    if (!guest) return;
    row.account = guest->account;
    row.id = said.act = connection.next_id();
    store::inbound::insert(connection, row);
    for (auto& message : messages) {
      said.messages.push_back(message.id = connection.next_id());
      message.guest = act.guest;
      message.account = guest->account;
      message.language = guest->language;
      message.created_at = row.received_at;
      message.trace = row.trace;
      message.written_by = act.actor;
      store::outbound::insert(connection, message);
    }
    store::guests::append(connection, note(row, connection.next_id()));
  });
  if (!written) return written.error();
  if (!guest) {
    return unknown(act.guest);
  }
  log::info("conversation", row.kind,
            {{"channel", act.guest.channel},
             {"guest", mask(act.guest.sender)},
             {"by", act.actor},
             {"until", row.text},
             {"id", std::to_string(said.act)}});
  told_.act_came();
  if (!messages.empty()) told_.reply_waits();
  return said;
}

}  // namespace agente::messaging
