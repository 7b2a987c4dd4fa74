// What is stored of one guest: shown to him, or forgotten, when he asks for it.
#include <sstream>

#include <Poco/Base64Encoder.h>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "messaging/guest_record.hpp"
#include "web/resources/house.hpp"

namespace agente::web {
namespace {

using messaging::GuestRecord;
using nlohmann::json;
using store::sql::Connection;

json text_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }
json time_or_null(const std::optional<Time>& time) { return time ? json(format_time(*time)) : json(nullptr); }
json day_or_null(const std::optional<Day>& day) { return day ? json(format_day(*day)) : json(nullptr); }

std::string base64(const std::string& bytes) {
  std::ostringstream text;
  Poco::Base64Encoder encoder(text);
  encoder.rdbuf()->setLineLength(0);
  encoder.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  encoder.close();
  return text.str();
}

/// Adds `bytes` under `name` where they are text, else in base64 under `name`_base64.
void put_bytes(json& object, const std::string& name, const std::string& bytes) {
  if (clean_utf8(bytes) == bytes) {
    object[name] = text_or_null(bytes);
  } else {
    object[name + "_base64"] = base64(bytes);
  }
}

/// Stored JSON as what it is; as a text where it cannot be read.
json parsed(const std::string& text) {
  if (text.empty()) return nullptr;
  auto value = json::parse(text, nullptr, false);
  return value.is_discarded() ? json(clean_utf8(text)) : value;
}

json received_json(const store::Inbound& message) {
  json out{{"direction", "in"},
           {"id", std::to_string(message.id)},
           {"account", text_or_null(message.account)},
           {"external_id", text_or_null(message.external_id)},
           {"written_at", format_time(message.provider_time)},
           {"received_at", format_time(message.received_at)},
           {"processed_at", time_or_null(message.processed_at)},
           {"sender_name", text_or_null(message.sender_name)},
           {"kind", message.kind},
           {"text", text_or_null(message.text)},
           {"reply_to", text_or_null(message.reply_to)},
           {"status", store::name_of(message.status)},
           {"reason", text_or_null(message.failure)},
           {"results", parsed(message.results)}};
  put_bytes(out, "raw", message.raw);
  return out;
}

json sent_json(const store::Outbound& message) {
  return {{"direction", "out"},
          {"id", std::to_string(message.id)},
          {"account", text_or_null(message.account)},
          {"external_id", text_or_null(message.external_id)},
          {"in_reply_to", message.in_reply_to == 0 ? json(nullptr) : json(std::to_string(message.in_reply_to))},
          {"created_at", format_time(message.created_at)},
          {"sent_at", time_or_null(message.sent_at)},
          {"kind", message.kind},
          {"written_by", text_or_null(message.written_by)},
          {"language", text_or_null(message.language)},
          {"text", text_or_null(message.text)},
          {"details", parsed(message.details)},
          {"status", store::name_of(message.status)},
          {"reason", text_or_null(message.failure_reason)}};
}

json messages_json(Connection& connection, const GuestRecord& record) {
  json list = json::array();
  for (const auto& line : record.messages) {
    if (line.direction == "in") {
      if (const auto message = store::inbound::find(connection, line.id)) {
        list.push_back(received_json(*message));
        list.back()["media"] = media_json(connection, line.id);
      }
    } else if (const auto message = store::outbound::find(connection, line.id)) {
      list.push_back(sent_json(*message));
    }
  }
  return list;
}

json reservation_json(Connection& connection, const store::Reservation& row) {
  json events = json::array();
  for (const auto& change : store::guests::history(connection, row.guest.hotel, row.id)) {
    events.push_back({{"at", format_time(change.at)},
                      {"from", text_or_null(change.old_status)},
                      {"to", change.new_status},
                      {"pms_booking_id", text_or_null(change.pms_booking_id)},
                      {"reason", text_or_null(change.reason)}});
  }
  return {{"id", std::to_string(row.id)},
          {"status", store::name_of(row.status)},
          {"guest_name", text_or_null(row.guest_name)},
          {"room_type", text_or_null(row.room_type)},
          {"check_in", day_or_null(row.checkin)},
          {"check_out", day_or_null(row.checkout)},
          {"adults", row.adults ? json(*row.adults) : json(nullptr)},
          {"children", row.children},
          {"rooms", row.rooms},
          {"total", row.total ? json(currency_units(*row.total)) : json(nullptr)},
          {"currency", row.total ? json(row.total->currency) : json(nullptr)},
          {"pms_backend", text_or_null(row.pms_backend)},
          {"pms_booking_id", text_or_null(row.pms_booking_id)},
          {"reference", text_or_null(row.reference)},
          {"reason", text_or_null(row.reason)},
          {"created_at", format_time(row.created_at)},
          {"updated_at", format_time(row.updated_at)},
          {"events", std::move(events)}};
}

json intent_json(const store::Intent& intent) {
  return {{"quote", intent.quote},
          {"kind", intent.kind},
          {"reference", text_or_null(intent.reference)},
          {"state", store::name_of(intent.state)},
          {"request", parsed(intent.request)},
          {"result", parsed(intent.result)},
          {"created_at", format_time(intent.created_at)},
          {"updated_at", format_time(intent.updated_at)}};
}

json conversation_json(const store::Conversation& conversation) {
  return {{"account", text_or_null(conversation.account)},
          {"state", conversation.state},
          {"language", text_or_null(conversation.language)},
          {"updated_at", format_time(conversation.updated_at)},
          {"document", parsed(conversation.document)}};
}

json record_json(Connection& connection, const GuestRecord& record) {
  json reservations = json::array();
  json intents = json::array();
  json events = json::array();
  json values = json::array();
  for (const auto& row : record.reservations) reservations.push_back(reservation_json(connection, row));
  for (const auto& intent : record.intents) intents.push_back(intent_json(intent));
  for (const auto& event : record.events) {
    events.push_back({{"id", std::to_string(event.id)},
                      {"at", format_time(event.at)},
                      {"type", event.type},
                      {"body", parsed(event.body)}});
  }
  for (const auto& entry : record.channel_values) {
    json value = json::object();
    put_bytes(value, "key", entry.key);
    put_bytes(value, "value", entry.value);
    values.push_back(std::move(value));
  }
  return {{"hotel", record.guest.hotel},
          {"channel", record.guest.channel},
          {"sender", record.guest.sender},
          {"conversation", record.conversation ? conversation_json(*record.conversation) : json(nullptr)},
          {"messages", messages_json(connection, record)},
          {"reservations", std::move(reservations)},
          {"booking_intents", std::move(intents)},
          {"events", std::move(events)},
          {"channel_values", std::move(values)}};
}

Response export_guest(House& house, const Request& request) {
  const auto guest = guest_named_by(house, request);
  if (!guest) return refuse_with(request, guest.error());
  json body;
  const auto read = house.store.read([&](Connection& connection) {
    const auto record = messaging::collect_record(connection, *guest);
    body = record.empty() ? json(nullptr) : record_json(connection, record);
  });
  if (!read) return refuse_with(request, read.error());
  if (body.is_null()) {
    return refuse_with(request, {Code::kNotFound, "nothing is stored of '" + guest->sender + "' on " + guest->channel +
                                                      " for hotel " + guest->hotel});
  }
  return Response::json(200, body);
}

Response erase(House& house, const Request& request) {
  const auto guest = guest_named_by(house, request);
  if (!guest) return refuse_with(request, guest.error());
  const auto erased = messaging::erase_guest(house.store, house.clock, *guest, actor_of(house, request));
  if (!erased) return refuse_with(request, erased.error());
  house.cloakroom.wake();  // his files go
  return Response::json(200, {{"hotel", guest->hotel},
                              {"channel", guest->channel},
                              {"pseudonym", erased->pseudonym},
                              {"messages", erased->messages},
                              {"reservations", erased->reservations}});
}

}  // namespace

void mount_guests(Router& router, House& house) {
  const std::string pattern = "/api/v1/admin/guests/{channel}/{sender}";
  router.add({.pattern = pattern, .from_outside = false, .handler = [&house](Request& request) {
                return export_guest(house, request);
              }});
  router.add({.method = "DELETE", .pattern = pattern, .from_outside = false, .handler = [&house](Request& request) {
                return erase(house, request);
              }});
}

}  // namespace agente::web
