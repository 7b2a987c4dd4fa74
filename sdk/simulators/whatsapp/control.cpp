#include "simulators/whatsapp/control.hpp"

#include <charconv>

#include <nlohmann/json.hpp>

#include "simulators/whatsapp/guest_message.hpp"
#include "simulators/whatsapp/kinds.hpp"

namespace agente::sim::whatsapp {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

/// Unix seconds; one that cannot be read is of no time.
Window::Moment moment_of(const std::string& timestamp) {
  std::int64_t seconds = 0;
  std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), seconds);
  return Window::Moment{std::chrono::seconds{seconds}};
}

void note_written(World& world, const std::string& number, const GuestMessage& message) {
  world.tell(message.guest(), message.echo ? "<" : ">", message.text);
  if (message.echo) return;
  world.guest_ids.add(message.id);
  world.guests.met(message);
  if (!message.group.empty()) world.groups.wrote(message.group, message.guest());
  if (!message.opens) return;
  // What is written in a group opens its 24 hours, not those of who wrote.
  const bool alone = message.group.empty();
  for (const auto& chat : {alone ? message.from : message.group, alone ? message.user_id : std::string()}) {
    if (!chat.empty()) world.window.wrote(number, chat, moment_of(message.timestamp));
  }
}

/// The id of the file he sends; empty if he sends none.
std::string media_of(const GuestMessage& message) {
  const auto type = message.content.value("type", "");
  const auto inner = message.content.value(type, nlohmann::ordered_json());
  return inner.is_object() && inner.contains("mime_type") ? inner.value("id", "") : "";
}

/// The id of the business number that an event is about; empty if it names none.
std::string number_in(const nlohmann::ordered_json& event) {
  static const nlohmann::ordered_json::json_pointer kNumber("/entry/0/changes/0/value/metadata/phone_number_id");
  return event.contains(kNumber) && event.at(kNumber).is_string() ? event.at(kNumber).get<std::string>() : "";
}

/// What no guest sends; nothing if `body` speaks of a guest.
std::optional<nlohmann::ordered_json> news_of_account(const json& body, const BusinessNumber& number) {
  if (!body.contains("kind") || body.contains("batch")) return std::nullopt;
  const auto& kind = kind_named(body["kind"].get<std::string>());
  if (!kind.contains("field")) return std::nullopt;
  auto value = kind.at("value");
  if (body.contains("with")) value.merge_patch(read_patch(body, "with"));
  return field_event(number, kind.at("field"), std::move(value));
}

Reply nowhere() { return problem(409, "no webhook is set: start with --webhook URL"); }

json answer_of(const Answer& answer) {
  json body{{"status", answer.status}, {"latency_ms", answer.latency.count()}};
  if (!answer.error.empty()) body["error"] = answer.error;
  return body;
}

}  // namespace

Control::Control(World& world)
    : world_(world),
      desk_{{"GET /", [](const Request&) { return Reply{.body = kPage, .content_type = "text/html; charset=utf-8"}; }},
            {"GET /__sim/log", [this](const Request& request) { return log(request); }},
            {"GET /__sim/report", [this](const Request& request) { return report(request); }},
            {"POST /__sim/mix", [this](const Request& request) { return mix(request); }},
            {"POST /__sim/fault", [this](const Request& request) { return fault(request); }},
            {"POST /__sim/webhook", [this](const Request& request) { return webhook(request); }},
            {"POST /__sim/guest", [this](const Request& request) { return guest(request); }},
            {"POST /__sim/clock", [this](const Request& request) { return clock(request); }},
            {"POST /__sim/token", [this](const Request& request) { return token(request); }},
            {"GET /__sim/file", [this](const Request& request) { return file(request); }},
            {"GET /__sim/templates",
             [this](const Request&) {
               return Reply{.body = json{{"data", world_.templates.all()}}.dump()};
             }},
            {"POST /__sim/templates", [this](const Request& request) { return templates(request); }},
            {"POST /__sim/reset", [this](const Request& request) { return reset(request); }}} {}

Reply Control::answer(const Request& request) { return answer_at(desk_, request); }

Reply Control::log(const Request& request) { return {.body = world_.journal.since(read_since(request))}; }

Reply Control::report(const Request&) { return {.body = world_.report.told().dump() + "\n"}; }

Reply Control::mix(const Request& request) {
  const auto body = read_object(request);
  Mix mix;
  mix.batch = body.value("batch", mix.batch);
  mix.duplicates = body.value("duplicates", mix.duplicates);
  mix.reorder = body.value("reorder", mix.reorder);
  mix.gather = milliseconds{body.value("gather_ms", mix.gather.count())};
  if (mix.batch < 1 || mix.batch > 1000) throw Unclear("batch must be 1 to 1000 events");
  if (!(mix.duplicates >= 0 && mix.duplicates <= 1)) throw Unclear("duplicates must lie between 0 and 1");
  world_.courier.mix(mix);
  return {.body = "{\"ok\":true}\n"};
}

Reply Control::fault(const Request& request) {
  if (const auto refusal = world_.arm(read_rule(read_object(request)))) return problem(400, *refusal);
  return {.body = "{\"ok\":true}\n"};
}

Reply Control::webhook(const Request& request) {
  const auto body = read_object(request);
  const auto now = world_.courier.target();
  world_.subscriptions.point({body.at("url").get<std::string>(), body.value("app_secret", now.app_secret),
                              body.value("old_app_secret", now.old_secret)});
  return {.body = "{\"ok\":true}\n"};
}

Reply Control::guest(const Request& request) {
  const auto body = read_object(request);
  const bool retry = body.value("retry", true);
  if (body.contains("raw")) {
    return post_nameless({.event = "raw"}, nlohmann::ordered_json::parse(request.body).at("raw"), retry);
  }
  const auto number = world_.number(body.value("phone_number_id", world_.options.phone_number_ids.front()));
  if (const auto news = news_of_account(body, number)) {
    return post_nameless({.event = "account", .text = body["kind"]}, *news, retry);
  }
  if (!world_.courier.goes_out(number.phone_number_id)) return nowhere();
  const auto messages = read_messages(body, {world_, request});
  auto ids = json::array();
  Parcel parcel{.about = {}, .body = to_wire(messages_event(number, messages)), .number = number.phone_number_id};
  for (const auto& message : messages) {
    note_written(world_, number.phone_number_id, message);
    ids.push_back(message.id);
    parcel.about.push_back({.event = message.echo ? "echo" : "message",
                            .id = message.id,
                            .guest = message.guest(),
                            .text = message.text,
                            .media = media_of(message)});
  }
  const auto twice = world_.faults.strike("guest", "");
  const auto copy = twice ? std::optional(parcel) : std::nullopt;
  auto answer = post(std::move(parcel), retry);
  if (copy) post(*copy, false);
  answer["id"] = ids.front();
  answer["ids"] = std::move(ids);
  return {.body = answer.dump() + "\n"};
}

Reply Control::post_nameless(Subject subject, const nlohmann::ordered_json& event, bool retry) {
  const auto number = number_in(event);
  if (!world_.courier.goes_out(number)) return nowhere();
  subject.id = world_.new_name(subject.event);
  auto answer = post({.about = {subject}, .body = to_wire(event), .number = number}, retry);
  answer["id"] = subject.id;
  return {.body = answer.dump() + "\n"};
}

json Control::post(Parcel parcel, bool retry) {
  if (!world_.courier.mixes()) return answer_of(world_.courier.post(parcel, retry));
  world_.courier.hand_in(std::move(parcel));
  return {{"queued", true}};
}

Reply Control::clock(const Request& request) {
  const std::chrono::seconds ahead{read_object(request).at("ahead_s").get<std::int64_t>()};
  const auto before = world_.ahead.exchange(ahead);
  if (ahead > before) world_.courier.hurry(ahead - before);
  return {.body = "{\"ok\":true}\n"};
}

Reply Control::token(const Request& request) {
  const std::chrono::seconds life{read_object(request).at("ends_in_s").get<std::int64_t>()};
  if (life.count() < 0 || life > kLongestLife) throw Unclear("ends_in_s must lie between 0, for no end, and a billion");
  world_.token_lives(life);
  return {.body = "{\"ok\":true}\n"};
}

Reply Control::templates(const Request& request) {
  world_.templates.load(read_object(request).at("data"));
  return {.body = "{\"ok\":true}\n"};
}

/// For the page. Whatever a guest sends, it must not act in the page's name.
Reply Control::file(const Request& request) {
  const auto id = request.query.find("id");
  const auto medium = id == request.query.end() ? std::nullopt : world_.media.find(id->second, world_.now());
  if (!medium) return problem(404, "there is no such file");
  Reply reply{.body = medium->bytes,
              .content_type = medium->mime_type,
              .headers = {{"X-Content-Type-Options", "nosniff"}, {"Content-Security-Policy", "sandbox"}}};
  if (medium->kind == "document") reply.headers.emplace_back("Content-Disposition", "attachment");
  return reply;
}

Reply Control::reset(const Request&) {
  world_.subscriptions.clear();
  world_.templates.reset();
  world_.media.clear();
  world_.ahead = std::chrono::seconds{0};
  world_.token_lives(world_.options.token_life);
  world_.window.clear();
  world_.faults.clear();
  world_.courier.clear();
  world_.rates.clear();
  world_.guest_ids.clear();
  world_.guests.clear();
  world_.groups.clear();
  world_.report.clear();
  world_.journal.clear();
  return {.body = "{\"ok\":true}\n"};
}

}  // namespace agente::sim::whatsapp
