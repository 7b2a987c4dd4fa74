// One guest's talk with the bot: shown to the hotel's people, taken over by them and given back.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "concierge/conversation.hpp"
#include "concierge/flow.hpp"
#include "messaging/file_name.hpp"
#include "messaging/parts.hpp"
#include "store/repositories.hpp"
#include "web/resources/house.hpp"

namespace agente::web {
namespace {

using messaging::FrontDesk;
using nlohmann::json;

constexpr std::int64_t kLongestPause = 90 * 24 * 60;  // minutes; longer is "until I say so"
constexpr std::size_t kLongestAnswer = 16'384;        // code points: four messages of the narrowest channel

constexpr std::size_t kLongestPlace = 1000;                   // code points of name and address
constexpr std::size_t kLargestFile = std::size_t{16} << 20U;  // WhatsApp takes no more of a film or a recording
constexpr std::size_t kLongestEmoji = 64;                     // bytes: a family of four takes 25
constexpr std::size_t kLongestCaption = 1024;                 // code points, as on the narrowest channel

constexpr std::size_t kLongestMember = 4096;  // bytes of a template's header, or of a button
constexpr std::size_t kMostButtons = 10;

constexpr std::string_view kNameLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

json text_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

/// What the guest changed or took back is shown with what it was: nobody is to act on words that he has deleted.
class Turns {
 public:
  void add(const store::messages::Line& line) {
    const bool by_guest = line.direction == "in" && !concierge::is_by_staff(line.kind);
    if (line.kind == "edit") edited_.insert_or_assign(line.reply_to, line.text);
    if (line.kind == "revoke") deleted_.insert(line.reply_to);
    ids_.push_back(line.external_id);
    turns_.push_back({{"from", by_guest ? "guest" : "hotel"},
                      {"written_by", text_or_null(line.written_by)},
                      {"text", text_or_null(line.text)},
                      {"kind", line.kind},
                      {"status", line.status},
                      {"deleted", false},
                      {"edited_to", nullptr},
                      {"at", format_time(line.at)}});
  }
  /// With what came of each since, in whatever order it arrived.
  [[nodiscard]] json take() && {
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      if (ids_[i].empty()) continue;
      if (const auto edit = edited_.find(ids_[i]); edit != edited_.end()) turns_[i]["edited_to"] = edit->second;
      turns_[i]["deleted"] = deleted_.contains(ids_[i]);
    }
    return std::move(turns_);
  }

 private:
  json turns_ = json::array();
  std::vector<std::string> ids_;  ///< the provider's, of each turn
  std::map<std::string, std::string> edited_;
  std::set<std::string> deleted_;
};

json turns_of(store::sql::Connection& connection, const store::GuestKey& guest) {
  Turns turns;
  store::messages::Filter filter{.channel = guest.channel, .sender = guest.sender, .hotel = guest.hotel};
  for (;;) {
    const auto page = store::messages::list(connection, filter);
    for (const auto& line : page) {
      if (line.kind != concierge::kStaffSaid) turns.add(line);  // his words follow
    }
    if (static_cast<int>(page.size()) < filter.limit) return std::move(turns).take();
    filter.after = page.back().id;
  }
}

json reservations_of(store::sql::Connection& connection, const store::GuestKey& guest) {
  json list = json::array();
  for (const auto& row : store::reservations::list_of_guest(connection, guest)) {
    list.push_back({{"id", std::to_string(row.id)},
                    {"status", store::name_of(row.status)},
                    {"pms_booking_id", text_or_null(row.pms_booking_id)},
                    {"room_type", text_or_null(row.room_type)},
                    {"checkin", row.checkin ? json(format_day(*row.checkin)) : json(nullptr)},
                    {"checkout", row.checkout ? json(format_day(*row.checkout)) : json(nullptr)},
                    {"total", row.total ? json(currency_units(*row.total)) : json(nullptr)},
                    {"currency", row.total ? json(row.total->currency) : json(nullptr)}});
  }
  return list;
}

Response conversation(House& house, const Request& request) {
  store::GuestKey guest{.channel = std::string(request.param("channel")),
                        .sender = std::string(request.param("sender"))};
  const auto wanted = request.query_value("hotel");
  json body;
  const auto read = house.store.read([&](store::sql::Connection& connection) {
    body = nullptr;
    const auto config = house.config.pin();
    for (const auto& hotel : config->hotels) {
      if (wanted && *wanted != hotel.id) continue;
      guest.hotel = hotel.id;
      const auto stored = store::conversations::find(connection, guest);
      if (!stored) continue;
      const auto document = concierge::from_json(json::parse(stored->document, nullptr, false));
      if (!document) continue;
      body = concierge::summary_json(*document, house.clock.now());
      body["hotel"] = guest.hotel;
      body["reservations"] = reservations_of(connection, guest);
      body["turns"] = turns_of(connection, guest);
      return;
    }
  });
  if (!read) return refuse_with(request, read.error());
  if (body.is_null()) {
    return refuse_with(request, {Code::kNotFound, "no conversation with '" + guest.sender + "' on " + guest.channel});
  }
  return Response::json(200, body);
}

Result<FrontDesk::Act> act_of(House& house, const Request& request) {
  auto guest = guest_named_by(house, request);
  if (!guest) return guest.error();
  return FrontDesk::Act{.guest = std::move(*guest), .actor = actor_of(house, request)};
}

/// 202: it takes effect when what the guest wrote before has been handled; GET messages/{id} tells.
Response accepted(const FrontDesk::Act& act, store::Id id, json more) {
  more["id"] = std::to_string(id);
  more["hotel"] = act.guest.hotel;
  more["channel"] = act.guest.channel;
  more["sender"] = act.guest.sender;
  return Response::json(202, more);
}

/// {"minutes"?}: how long; left out, until it is resumed.
Response pause(House& house, const Request& request) {
  const auto body = json::parse(request.body, nullptr, false);
  const bool timed = body.is_object() && body.contains("minutes") && !body["minutes"].is_null();
  const bool good = body.is_object() && (!timed || body["minutes"].is_number_integer());
  const auto minutes = good && timed ? body["minutes"].get<std::int64_t>() : 1;
  if (!good || minutes < 1 || minutes > kLongestPause) {
    return refuse_with(request, {Code::kInvalid, R"(write {"minutes": 90}, from 1 to 129600 (90 days), or {})"});
  }
  const auto act = act_of(house, request);
  if (!act) return refuse_with(request, act.error());
  std::optional<Time> until;
  if (timed) until = house.clock.now() + std::chrono::minutes{minutes};
  const auto id = house.front_desk.pause(*act, until);
  if (!id) return refuse_with(request, id.error());
  return accepted(*act, *id, {{"until", until ? json(format_time(*until)) : json(nullptr)}});
}

Response resume(House& house, const Request& request) {
  const auto act = act_of(house, request);
  if (!act) return refuse_with(request, act.error());
  const auto id = house.front_desk.resume(*act);
  return id ? accepted(*act, *id, json::object()) : refuse_with(request, id.error());
}

Response said_by(const FrontDesk::Act& act, const Request& request, const Result<FrontDesk::Said>& said) {
  if (!said) return refuse_with(request, said.error());
  json messages = json::array();
  for (const auto id : said->messages) messages.push_back(std::to_string(id));
  return accepted(act, said->act, {{"messages", std::move(messages)}});
}

/// {"text"}: to the guest, from a person.
Response say(House& house, const Request& request) {
  const auto body = json::parse(request.body, nullptr, false);
  const bool good = body.is_object() && body.contains("text") && body["text"].is_string();
  const auto text = good ? clean_utf8(body["text"].get<std::string>()) : std::string();
  if (text.find_first_not_of(" \t\r\n") == std::string::npos || count_code_points(text) > kLongestAnswer) {
    return refuse_with(request, {Code::kInvalid, R"(write {"text": "Hola, soy Marta"}, of 1 to 16384 letters)"});
  }
  const auto act = act_of(house, request);
  if (!act) return refuse_with(request, act.error());
  return said_by(*act, request, house.front_desk.say(*act, text));
}

bool is_name(const std::string& text) {
  return !text.empty() && text.size() <= 512 && text.find_first_not_of(kNameLetters) == std::string::npos;
}

/// {"text": "88213"}: texts and numbers only, which the channel's plugin reads.
bool is_flat(const json& object) {
  const auto plain = [](const json& each) { return each.is_string() || each.is_number(); };
  return object.is_object() && !object.empty() && std::all_of(object.begin(), object.end(), plain) &&
         object.dump().size() <= kLongestMember;
}

/// False if what stands around the template's body is none of it.
bool read_frame(const json& body, FrontDesk::Template& form) {
  const auto header = body.value("header", json());
  const auto buttons = body.value("buttons", json());
  const bool good_header = header.is_null() || is_flat(header);
  const bool good_buttons = buttons.is_null() || (buttons.is_array() && buttons.size() <= kMostButtons &&
                                                  std::all_of(buttons.begin(), buttons.end(), is_flat));
  if (!good_header || !good_buttons) return false;
  if (!header.is_null()) form.header = header.dump();
  if (!buttons.is_null()) form.buttons = buttons.dump();
  return true;
}

std::optional<FrontDesk::Template> template_in(const json& body) {
  if (!body.is_object()) return std::nullopt;
  FrontDesk::Template form;
  try {
    form.name = body.at("name").get<std::string>();
    form.language = body.at("language").get<std::string>();
    const auto parameters = body.value("parameters", json::array());
    const bool named = parameters.is_object();
    if (!named && !parameters.is_array()) return std::nullopt;
    for (const auto& [name, text] : parameters.items()) {
      form.parameters.push_back({.name = named ? name : std::string(), .text = clean_utf8(text.get<std::string>())});
      if (form.parameters.back().text.empty() || (named && !is_name(name))) return std::nullopt;
    }
    if (!read_frame(body, form)) return std::nullopt;
  } catch (const json::exception&) {
    return std::nullopt;
  }
  return is_name(form.name) && is_name(form.language) ? std::optional(std::move(form)) : std::nullopt;
}

/// {"name", "language", "parameters"?, "header"?, "buttons"?}: a template of the provider's, from a person. Its gaps
/// are a list of texts, or, when they have names, an object.
Response send_template(House& house, const Request& request) {
  const auto form = template_in(json::parse(request.body, nullptr, false));
  if (!form) {
    return refuse_with(
        request,
        {Code::kInvalid,
         R"(write {"name": "arrival", "language": "es_AR", "parameters": ["Ana"]}, or {"guest": "Ana"} for gaps with )"
         R"(names; and, if it has them, "header": {"link": "https://…"}, "buttons": [{"index": 0, "text": "88213"}])"});
  }
  const auto act = act_of(house, request);
  if (!act) return refuse_with(request, act.error());
  return said_by(*act, request, house.front_desk.send_template(*act, *form));
}

std::optional<FrontDesk::Place> place_in(const json& body) {
  if (!body.is_object()) return std::nullopt;
  try {
    FrontDesk::Place place{.latitude = body.at("latitude").get<double>(),
                           .longitude = body.at("longitude").get<double>(),
                           .name = clean_utf8(body.value("name", "")),
                           .address = clean_utf8(body.value("address", ""))};
    const bool on_earth = std::abs(place.latitude) <= 90 && std::abs(place.longitude) <= 180;
    const bool short_enough = count_code_points(place.name) + count_code_points(place.address) <= kLongestPlace;
    return on_earth && short_enough ? std::optional(std::move(place)) : std::nullopt;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

/// {"latitude", "longitude", "name"?, "address"?}: a place on the map, from a person.
Response send_place(House& house, const Request& request) {
  const auto place = place_in(json::parse(request.body, nullptr, false));
  if (!place) {
    return refuse_with(
        request,
        {Code::kInvalid, R"(write {"latitude": 37.3826, "longitude": -5.9963, "name": "Hotel Sol", "address": ""})"});
  }
  const auto act = act_of(house, request);
  if (!act) return refuse_with(request, act.error());
  return said_by(*act, request, house.front_desk.send_place(*act, *place));
}

/// {"message", "emoji"}: to what the guest wrote, from a person; an empty emoji takes it back.
Response react(House& house, const Request& request) {
  const auto body = json::parse(request.body, nullptr, false);
  const auto text = [&](const char* name) {
    const bool there = body.is_object() && body.contains(name) && body[name].is_string();
    return there ? std::optional(clean_utf8(body[name].get<std::string>())) : std::nullopt;
  };
  const auto message = text("message");
  const auto emoji = text("emoji");
  const auto id = message ? parse_id(*message) : std::nullopt;
  if (!id || !emoji || emoji->size() > kLongestEmoji) {
    return refuse_with(request, {Code::kInvalid, R"(write {"message": "7318…", "emoji": "👍"}, the id of his message)"});
  }
  const auto act = act_of(house, request);
  if (!act) return refuse_with(request, act.error());
  return said_by(*act, request, house.front_desk.react(*act, *id, *emoji));
}

/// The body is a file, from a person; its type is Content-Type, "?name=" what the guest is shown, "&caption=" words to
/// it.
Response send_file(House& house, const Request& request) {
  FrontDesk::File file{.mime_type = std::string(request.headers.get("Content-Type")),
                       .name = messaging::clean_file_name(request.query_value("name").value_or("")),
                       .caption = clean_utf8(request.query_value("caption").value_or("")),
                       .bytes = request.body};
  if (file.bytes.empty() || file.mime_type.empty() || file.name.empty() ||
      count_code_points(file.caption) > kLongestCaption) {
    return refuse_with(request, {Code::kInvalid,
                                 "send the file as the body, with its Content-Type, ?name=menu.pdf and, if there are "
                                 "words to it, &caption= of at most 1024 letters"});
  }
  const auto act = act_of(house, request);
  if (!act) return refuse_with(request, act.error());
  return said_by(*act, request, house.front_desk.send_file(*act, file));
}

/// The body is a file, which is handed to the provider and not sent: what names it in a template's header.
Response upload(House& house, const Request& request) {
  const auto type = std::string(request.headers.get("Content-Type"));
  if (request.body.empty() || type.empty())
    return refuse_with(request, {Code::kInvalid, "send the file as the body, with its Content-Type"});
  const auto guest = guest_named_by(house, request);
  if (!guest) return refuse_with(request, guest.error());
  const auto id = house.front_desk.upload(*guest, type, request.body);
  return id ? Response::json(200, {{"media", *id}}) : refuse_with(request, id.error());
}

}  // namespace

void mount_conversations(Router& router, House& house) {
  const std::string pattern = "/api/v1/admin/conversations/{channel}/{sender}";
  router.add({.pattern = pattern, .handler = [&house](Request& request) { return conversation(house, request); }});
  const auto add = [&](const char* verb, Response (*answer)(House&, const Request&), std::size_t largest_file = 0) {
    router.add({.method = "POST",
                .pattern = pattern + "/" + verb,
                .json = largest_file == 0,
                .longest_body = largest_file,
                .handler = [&house, answer](Request& request) { return answer(house, request); }});
  };
  add("pause", pause);
  add("say", say);
  add("template", send_template);
  add("place", send_place);
  add("file", send_file, kLargestFile);
  add("upload", upload, kLargestFile);
  add("react", react);
  add("resume", resume);
}

}  // namespace agente::web
