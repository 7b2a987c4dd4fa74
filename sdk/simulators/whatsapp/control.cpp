#include "simulators/whatsapp/control.hpp"

#include <charconv>

#include <nlohmann/json.hpp>

#include "simulators/whatsapp/encoding.hpp"
#include "simulators/whatsapp/ids.hpp"
#include "simulators/whatsapp/media_edge.hpp"

namespace agente::sim::whatsapp {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxBatch = 1000;  // Meta's own

std::string digits_of(const std::string& text) {
  auto digits = text.substr(text.starts_with("+") ? 1 : 0);
  if (digits.find_first_not_of("0123456789") != std::string::npos || digits.size() > 15) {
    throw Unclear("from must be a telephone number, digits with the country code, not '" + text + "'");
  }
  return digits;
}

/// {"shape": "button_reply", "id", "title", "description"?, "message_id"}: what a guest taps of a message he was sent.
Tap read_tap(const json& tap) {
  Tap tapped{.shape = tap.at("shape").get<std::string>(),
             .id = tap.at("id").get<std::string>(),
             .title = tap.at("title").get<std::string>(),
             .description = tap.value("description", ""),
             .message_id = tap.at("message_id").get<std::string>()};
  if (tapped.shape == "button_reply" || tapped.shape == "list_reply") return tapped;
  throw Unclear("tap.shape must be button_reply or list_reply, not '" + tapped.shape + "'");
}

/// The control request, whoever it speaks of.
struct Asked {
  World& world;
  const Request& request;
};

/// {"mime_type", "base64" or "text", "caption"?, "filename"?, "voice"?, "url"?}: a file the guest sends. Meta keeps it.
SentFile read_file(const json& file, const Asked& asked) {
  const auto type = file.at("mime_type").get<std::string>();
  auto bytes = file.contains("base64") ? from_base64(file["base64"].get<std::string>()) : file.value("text", "");
  if (!bytes) throw Unclear("media.base64 must be base64");
  if (const auto refusal = refuse_file(type, bytes->size())) {
    throw Unclear("media: " + (refusal->details.empty() ? refusal->message : refusal->details));
  }
  const auto medium = asked.world.media.add(type, *std::move(bytes), asked.world.now() + Media::kFromGuest);
  SentFile sent{.kind = medium.kind,
                .id = medium.id,
                .mime_type = type,
                .sha256 = base64(sha256(medium.bytes)),
                .caption = file.value("caption", ""),
                .filename = file.value("filename", ""),
                .voice = file.value("voice", false)};
  if (file.value("url", true)) sent.url = media_url(asked.world, asked.request, medium.id);
  return sent;
}

std::string words_of(const SentFile& file) {
  const auto what = file.voice ? "voice note" : file.kind;
  return "[" + what + (file.filename.empty() ? "" : " " + file.filename) + "]" +
         (file.caption.empty() ? "" : " " + file.caption);
}

/// What he writes, taps or sends.
void read_content(const json& body, const Asked& asked, GuestMessage& message) {
  if (body.contains("tap")) {
    message.tap = read_tap(body["tap"]);
    message.text = message.tap->title;
  } else if (body.contains("media")) {
    message.file = read_file(body["media"], asked);
    message.text = words_of(*message.file);
  } else {
    message.text = body.at("text").get<std::string>();
  }
}

GuestMessage read_message(const json& body, const Asked& asked) {
  GuestMessage message{.from = digits_of(body.value("from", "")),
                       .user_id = body.value("user_id", ""),
                       .name = body.value("name", "Guest"),
                       .id = body.value("id", ""),
                       .timestamp = asked.world.unix_time(),
                       .text = {}};
  read_content(body, asked, message);
  if (message.from.empty() && message.user_id.empty()) throw Unclear("from or user_id must say who writes");
  if (body.contains("timestamp")) {
    const auto& time = body["timestamp"];
    message.timestamp = time.is_string() ? time.get<std::string>() : std::to_string(time.get<std::int64_t>());
  }
  if (message.id.empty()) message.id = new_wamid_from(message.from.empty() ? message.user_id : message.from);
  return message;
}

/// `batch` is a number (the same text so many times) or a list of messages; what those leave out is taken from outside.
std::vector<GuestMessage> read_messages(const json& body, const Asked& asked) {
  const auto batch = body.value("batch", json(1));
  const auto size = batch.is_array() ? batch.size() : batch.get<std::size_t>();
  if (size < 1 || size > kMaxBatch) throw Unclear("batch must be 1 to 1000 messages");
  std::vector<GuestMessage> messages;
  for (std::size_t i = 0; i < size; ++i) {
    auto one = body;
    if (i > 0 || batch.is_array()) one.erase("id");  // an id is one message's only
    if (batch.is_array()) one.update(batch[i]);
    messages.push_back(read_message(one, asked));
  }
  return messages;
}

/// Unix seconds; one that cannot be read is of no time.
Window::Moment moment_of(const std::string& timestamp) {
  std::int64_t seconds = 0;
  std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), seconds);
  return Window::Moment{std::chrono::seconds{seconds}};
}

void note_written(World& world, const std::string& number, const GuestMessage& message) {
  world.guest_ids.add(message.id);
  world.tell(message.from.empty() ? message.user_id : message.from, ">", message.text);
  for (const auto& guest : {message.from, message.user_id}) {
    if (!guest.empty()) world.window.wrote(number, guest, moment_of(message.timestamp));
  }
}

json answer_of(const Answer& answer) {
  json body{{"status", answer.status}, {"latency_ms", answer.latency.count()}};
  if (!answer.error.empty()) body["error"] = answer.error;
  return body;
}

}  // namespace

Control::Control(World& world)
    : world_(world),
      desk_{{"GET /__sim/log", [this](const Request& request) { return log(request); }},
            {"POST /__sim/fault", [this](const Request& request) { return fault(request); }},
            {"POST /__sim/webhook", [this](const Request& request) { return webhook(request); }},
            {"POST /__sim/guest", [this](const Request& request) { return guest(request); }},
            {"POST /__sim/clock", [this](const Request& request) { return clock(request); }},
            {"POST /__sim/templates", [this](const Request& request) { return templates(request); }},
            {"POST /__sim/reset", [this](const Request& request) { return reset(request); }}} {}

Reply Control::answer(const Request& request) { return answer_at(desk_, request); }

Reply Control::log(const Request& request) { return {.body = world_.journal.since(read_since(request))}; }

Reply Control::fault(const Request& request) {
  if (const auto refusal = world_.faults.arm(read_rule(read_object(request)))) return problem(400, *refusal);
  return {.body = "{\"ok\":true}\n"};
}

Reply Control::webhook(const Request& request) {
  const auto body = read_object(request);
  world_.subscriptions.point(
      {body.at("url").get<std::string>(), body.value("app_secret", world_.courier.target().app_secret)});
  return {.body = "{\"ok\":true}\n"};
}

Reply Control::guest(const Request& request) {
  const auto body = read_object(request);
  if (world_.courier.target().url.empty()) return problem(409, "no webhook is set: start with --webhook URL");
  const bool retry = body.value("retry", true);
  if (body.contains("raw")) {
    const auto event = nlohmann::ordered_json::parse(request.body).at("raw");
    const Parcel parcel{.event = "raw", .body = to_wire(event)};
    return {.body = answer_of(world_.courier.post(parcel, retry)).dump() + "\n"};
  }
  const auto messages = read_messages(body, {world_, request});
  const auto number = world_.number(body.value("phone_number_id", world_.options.phone_number_ids.front()));
  auto ids = json::array();
  for (const auto& message : messages) {
    note_written(world_, number.phone_number_id, message);
    ids.push_back(message.id);
  }
  const auto& first = messages.front();
  const Parcel parcel{.event = "message",
                      .id = first.id,
                      .guest = first.from.empty() ? first.user_id : first.from,
                      .text = first.text,
                      .body = to_wire(messages_event(number, messages))};
  const auto twice = world_.faults.strike("guest", "");
  auto answer = answer_of(world_.courier.post(parcel, retry));
  if (twice) world_.courier.post(parcel, false);
  answer["id"] = first.id;
  answer["ids"] = std::move(ids);
  return {.body = answer.dump() + "\n"};
}

Reply Control::clock(const Request& request) {
  world_.ahead = std::chrono::seconds{read_object(request).at("ahead_s").get<std::int64_t>()};
  return {.body = "{\"ok\":true}\n"};
}

Reply Control::templates(const Request& request) {
  world_.templates.load(read_object(request).at("data"));
  return {.body = "{\"ok\":true}\n"};
}

Reply Control::reset(const Request&) {
  world_.templates.reset();
  world_.media.clear();
  world_.ahead = std::chrono::seconds{0};
  world_.window.clear();
  world_.faults.clear();
  world_.courier.clear();
  world_.rates.clear();
  world_.guest_ids.clear();
  world_.journal.clear();
  return {.body = "{\"ok\":true}\n"};
}

}  // namespace agente::sim::whatsapp
