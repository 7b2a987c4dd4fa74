// What guests wrote and what they were told, for the hotel's people; and a door for an operator who plays the guest.
#include <charconv>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "store/media.hpp"
#include "store/repositories.hpp"
#include "web/resources/house.hpp"

namespace agente::web {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestText = 4096;  // code points, as on the narrowest channel

json text_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

json line_json(store::sql::Connection& connection, const store::messages::Line& line) {
  const bool may_have = line.direction == "in" && store::media::has_file(line.kind);
  return {{"media", may_have ? media_json(connection, line.id) : json(nullptr)},
          {"id", std::to_string(line.id)},
          {"channel", line.guest.channel},
          {"account", text_or_null(line.account)},
          {"external_id", text_or_null(line.external_id)},
          {"direction", line.direction},
          {"sender", line.guest.sender},
          {"kind", line.kind},
          {"text", text_or_null(line.text)},
          {"status", line.status},
          {"reason", text_or_null(line.reason)},
          {"received_at", format_time(line.at)},
          {"hotel", line.guest.hotel},
          {"in_reply_to", line.in_reply_to == 0 ? json(nullptr) : json(std::to_string(line.in_reply_to))},
          {"possibly_duplicated", line.possibly_duplicated},
          {"reply_to", text_or_null(line.reply_to)},
          {"written_by", text_or_null(line.written_by)},
          {"replayed", line.replayed},
          {"details", line.details.empty() ? json(nullptr) : json::parse(line.details, nullptr, false)}};
}

Response list(House& house, const Request& request) {
  const auto text = [&](std::string_view name) { return std::string(request.query_value(name).value_or("")); };
  store::messages::Filter filter{.channel = text("channel"),
                                 .direction = text("direction"),
                                 .status = text("status"),
                                 .sender = text("sender"),
                                 .hotel = text("hotel")};
  if (!filter.direction.empty() && filter.direction != "in" && filter.direction != "out") {
    return refuse_with(request, {Code::kInvalid, "direction: must be in or out, is '" + filter.direction + "'"});
  }
  if (const auto since = request.query_value("since")) {
    filter.since = parse_time(*since);
    if (!filter.since) {
      return refuse_with(request,
                         {Code::kInvalid, "since: write 2026-09-15T12:00:00Z, is '" + std::string(*since) + "'"});
    }
  }
  const auto limit = whole_number(request, "limit", 1000, 1, 1000);
  const auto after = whole_number(request, "cursor", 0, 0, std::int64_t{1} << 53);
  if (!limit) return refuse_with(request, limit.error());
  if (!after) return refuse_with(request, after.error());
  filter.limit = static_cast<int>(*limit);
  filter.after = *after;
  std::vector<store::messages::Line> lines;
  json messages;
  const auto read = house.store.read([&](store::sql::Connection& connection) {
    lines = store::messages::list(connection, filter);
    messages = json::array();
    for (const auto& line : lines) messages.push_back(line_json(connection, line));
  });
  if (!read) return refuse_with(request, read.error());
  const bool more = static_cast<int>(lines.size()) == filter.limit;
  return Response::json(200, {{"messages", std::move(messages)},
                              {"next_cursor", more ? json(std::to_string(lines.back().id)) : json(nullptr)}});
}

Response retry(House& house, const Request& request) {
  const auto id = message_id_in(request);
  if (!id) return refuse_with(request, id.error());
  const auto retried = house.delivery.retry(*id);
  return retried ? Response::json(202, {{"id", std::to_string(*id)}, {"status", "pending"}})
                 : refuse_with(request, retried.error());
}

Response replay(House& house, const Request& request) {
  const auto id = message_id_in(request);
  if (!id) return refuse_with(request, id.error());
  const auto done = house.replay(*id, actor_of(house, request));
  return done ? Response::json(202, {{"id", std::to_string(*id)}, {"status", "received"}, {"replayed", true}})
              : refuse_with(request, done.error());
}

Response drop(House& house, const Request& request) {
  const auto id = message_id_in(request);
  if (!id) return refuse_with(request, id.error());
  const auto dropped = house.front_desk.drop(*id, actor_of(house, request));
  return dropped ? Response::json(200, {{"id", std::to_string(*id)}, {"status", "failed"}})
                 : refuse_with(request, dropped.error());
}

/// As the provider sent it: JSON where it is some, without what is nested too deeply to be written again; else text;
/// null when nothing is kept.
json raw_json(const std::string& raw) {
  constexpr int kDeepest = 100;
  if (raw.empty()) return nullptr;
  auto parsed = json::parse(
      raw, [](int depth, auto, const auto&) { return depth < kDeepest; }, false);
  return parsed.is_discarded() ? json(clean_utf8(raw)) : parsed;
}

/// One inbound message and the replies to it: how `agentctl chat` knows that the turn is over.
Response one(House& house, const Request& request) {
  const auto id = message_id_in(request);
  if (!id) return refuse_with(request, id.error());
  std::optional<store::Inbound> message;
  json media;
  std::vector<store::Outbound> replies;
  const auto read = house.store.read([&](store::sql::Connection& connection) {
    message = store::inbound::find(connection, *id);
    media = media_json(connection, *id);
    replies = store::outbound::list_replies_to(connection, *id);
  });
  if (!read) return refuse_with(request, read.error());
  if (!message) return refuse_with(request, {Code::kNotFound, "no incoming message " + std::to_string(*id)});
  json list = json::array();
  for (const auto& reply : replies) {
    list.push_back({{"id", std::to_string(reply.id)}, {"text", reply.text}, {"status", store::name_of(reply.status)}});
  }
  return Response::json(200, {{"id", std::to_string(*id)},
                              {"status", store::name_of(message->status)},
                              {"reason", text_or_null(message->failure)},
                              {"channel", message->guest.channel},
                              {"sender", message->guest.sender},
                              {"kind", message->kind},
                              {"text", text_or_null(message->text)},
                              {"raw", raw_json(message->raw)},
                              {"media", std::move(media)},
                              {"replies", std::move(list)}});
}

/// The hotel and account that a message on this channel belongs to when nobody names one.
Result<plugins::InboundMessage> addressed(const House& house, const std::string& channel) {
  const auto config = house.config.pin();
  const auto* instance = config->instance(channel);
  if (instance == nullptr || instance->kind != config::PluginKind::kChannel) {
    return Error{Code::kNotFound, "no channel '" + channel + "' is configured"};
  }
  plugins::InboundMessage message{.hotel = instance->hotel, .kind = "text"};
  if (!instance->accounts.empty()) {
    message.account = instance->accounts.begin()->first;
    message.hotel = instance->accounts.begin()->second;
  }
  if (message.hotel.empty() && !config->hotels.empty()) message.hotel = config->hotels.front().id;
  return message;
}

/// An operator plays the guest: {"sender","text","id"?}. It goes the way of every message, from the intake on.
Response say(House& house, const Request& request) {
  const std::string channel(request.param("channel"));
  auto message = addressed(house, channel);
  if (!message) return refuse_with(request, message.error());
  const auto body = json::parse(request.body, nullptr, false);
  const auto field = [&](const char* name) {
    return body.is_object() && body.contains(name) && body[name].is_string() ? clean_utf8(body[name].get<std::string>())
                                                                             : std::string();
  };
  message->sender = field("sender");
  message->text = field("text");
  message->external_id = field("id").empty() ? "operator-" + random_hex(16) : field("id");
  if (message->sender.empty() || message->text.empty() || count_code_points(message->text) > kLongestText) {
    return refuse_with(request,
                       {Code::kInvalid, R"(write {"sender": "ana", "text": "hola"}, text of 1 to 4096 letters)"});
  }
  const auto now = house.clock.now();  // not the provider's time: his clock is another one
  const auto accepted = house.intake.commit(channel, {.messages = {*message}}, request.id);
  if (!accepted) return refuse_with(request, accepted.error());
  std::optional<store::messages::Line> stored;
  const auto read = house.store.read([&](store::sql::Connection& connection) {
    for (auto& line : store::messages::list(
             connection,
             {.channel = channel, .direction = "in", .sender = message->sender, .since = now - Millis{1000}})) {
      if (line.external_id == message->external_id) stored = std::move(line);
    }
  });
  if (!read || !stored) return Response::error(request, 503, "try_again", "accepted, but not readable yet");
  return Response::json(202, {{"id", std::to_string(stored->id)}, {"sender", message->sender}});
}

}  // namespace

std::optional<store::Id> parse_id(std::string_view text) {
  store::Id id = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), id);
  return failure == std::errc{} && end == text.data() + text.size() ? std::optional(id) : std::nullopt;
}

Result<store::Id> message_id_in(const Request& request) {
  if (const auto id = parse_id(request.param("id"))) return *id;
  return Error{Code::kInvalid, "id: must be the number that agentctl messages shows"};
}

void mount_messages(Router& router, House& house) {
  const auto with_house = [&house](Response (*answer)(House&, const Request&)) {
    return [&house, answer](Request& request) { return answer(house, request); };
  };
  router.add({.pattern = "/api/v1/admin/messages", .handler = with_house(list)});
  router.add({.pattern = "/api/v1/admin/messages/{id}", .handler = with_house(one)});
  router.add({.method = "POST", .pattern = "/api/v1/admin/messages/{id}/retry", .handler = with_house(retry)});
  router.add({.method = "POST", .pattern = "/api/v1/admin/messages/{id}/drop", .handler = with_house(drop)});
  router.add({.method = "POST", .pattern = "/api/v1/admin/messages/{id}/replay", .handler = with_house(replay)});
  router.add({.method = "POST",
              .pattern = "/api/v1/admin/channels/{channel}/messages",
              .json = true,
              .handler = with_house(say)});
}

}  // namespace agente::web
