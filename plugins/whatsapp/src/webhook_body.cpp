#include "webhook_body.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "message_content.hpp"
#include "numbers.hpp"
#include "webhook_fields.hpp"

namespace agente::whatsapp {
namespace {

/// Whether a field of a webhook is counted by its own name.
bool is_known(std::string_view field) {
  const auto names = [field](const auto& fields) {
    return std::find(fields.begin(), fields.end(), field) != fields.end();
  };
  return names(kNeededFields) || names(kPhoneFields) || names(kOtherFields);
}

/// Longer ids and senders than any real one; the host would not take them.
constexpr std::size_t kLongestId = 1024;

/// Of fields that nobody knows.
constexpr std::size_t kMostUnknown = 10;
constexpr std::size_t kLongestField = 64;

/// A body of old chats may hold more than all that Meta sends of new ones; the rest of it is not worth a refusal.
constexpr std::size_t kMostKept = 5'000;

std::int64_t to_ms(const Json& timestamp) {
  constexpr std::int64_t kYear10000 = 253'402'300'800;
  const auto seconds = timestamp.integer().value_or(0);
  return seconds > 0 && seconds < kYear10000 ? seconds * 1000 : 0;
}

/// What the host takes, which it does with none, too.
bool fits(const std::string& id) { return id.size() <= kLongestId && id.find('\0') == std::string::npos; }

bool usable(const std::string& id) { return !id.empty() && fits(id); }

/// Some write the user id where the number belongs.
GuestIds ids_of(std::string phone, std::string user) {
  if (!usable(user)) user.clear();
  if (!usable(phone)) phone.clear();
  if (!is_user_id(phone)) return {.phone = std::move(phone), .user = std::move(user)};
  return {.user = user.empty() ? std::move(phone) : std::move(user)};
}

struct Contact {
  std::string name = {};
  GuestIds ids = {};
};
/// By every id under which their owner may write.
using Contacts = std::map<std::string, Contact>;

Contacts contacts_in(const Json& list) {
  Contacts contacts;
  list.elements([&](const Json& each) {
    const Contact contact{.name = each["profile"]["name"].text(),
                          .ids = ids_of(each["wa_id"].text(), each["user_id"].text())};
    for (const auto& id : {contact.ids.phone, contact.ids.user})
      if (!id.empty()) contacts.emplace(id, contact);
  });
  return contacts;
}

/// The contact's name, if there is one; fills in the id that the event itself does not name.
std::string complete(GuestIds& ids, const Contacts& contacts) {
  auto found = contacts.find(ids.phone);
  if (found == contacts.end()) found = contacts.find(ids.user);
  if (found == contacts.end()) return {};
  const auto& contact = found->second;
  if (ids.phone.empty()) ids.phone = contact.ids.phone;
  if (ids.user.empty()) ids.user = contact.ids.user;
  return contact.name;
}

/// The first of these members that is a text.
std::string first_text(const Json& json, std::initializer_list<std::string_view> names) {
  for (const auto name : names)
    if (auto text = json[name].text(); usable(text)) return text;
  return {};
}

/// "User Ana changed from US.1 to US.2": the id before `now`. What comes before is the guest's own text.
std::string former_id_in_words(std::string_view sentence, const std::string& now) {
  constexpr std::string_view kFrom = " changed from ";
  const auto tail = " to " + now;
  if (now.empty() || !sentence.ends_with(tail)) return {};
  sentence.remove_suffix(tail.size());
  const auto from = sentence.rfind(kFrom);
  if (from == std::string_view::npos) return {};
  std::string id{sentence.substr(from + kFrom.size())};
  return is_user_id(id) && usable(id) && id.find(' ') == std::string::npos ? id : std::string{};
}

std::optional<DeliveryState> state_of(const std::string& status) {
  if (status == "sent") return DeliveryState::kSent;
  if (status == "delivered") return DeliveryState::kDelivered;
  if (status == "read" || status == "played") return DeliveryState::kRead;
  if (status == "failed") return DeliveryState::kFailed;
  return std::nullopt;
}

/// "(#131026) Message undeliverable" without its number, which is told beside it.
std::string without_number(std::string message) {
  const auto end = message.find(") ");
  return message.starts_with("(#") && end != std::string::npos ? message.substr(end + 2) : message;
}

/// True if `longer` begins with `shorter` but for case and a full stop.
bool repeats(std::string_view shorter, std::string_view longer) {
  if (shorter.ends_with('.')) shorter.remove_suffix(1);
  return shorter.size() <= longer.size() && std::equal(shorter.begin(), shorter.end(), longer.begin(),
                                                       [](char a, char b) { return (a | 0x20) == (b | 0x20); });
}

class Reader {
 public:
  explicit Reader(WebhookBody& out) : out_(out) {}

  void body(const Json& root) {
    if (root["object"].text() != "whatsapp_business_account") return rest("other");
    root["entry"].elements([&](const Json& entry) {
      const Source source{.waba = entry["id"].text(), .told_ms = to_ms(entry["time"])};
      entry["changes"].elements([&](const Json& change) { this->change(change, source); });
    });
  }

 private:
  struct Source {
    std::string waba;
    std::int64_t told_ms = 0;  ///< 0 unknown
  };

  void change(const Json& change, const Source& source) {
    const auto field = change["field"];
    if (!field || field.text() == "messages") return value(change["value"], source.waba);
    const auto name = field.text();
    if (name == "smb_message_echoes") return echoes(change["value"]);
    if (name == "history") return history(change["value"]);
    if (name == "user_id_update") user_ids(change["value"]);
    if (name == "user_preferences") preferences(change["value"], source.told_ms);
    notices(name, change["value"], source);
    if (is_known(name)) return rest(name);
    rest("other");
    if (out_.unknown_fields.size() < kMostUnknown && name.size() <= kLongestField) out_.unknown_fields.insert(name);
  }

  /// Notices about partners stand below the business and name the account inside.
  void notices(const std::string& field, const Json& value, const Source& source) {
    const auto named = value["waba_info"]["waba_id"].text();
    const auto own_ms = to_ms(value["timestamp"]);
    for (auto& notice : notices_in(field, value)) {
      notice.waba = named.empty() ? source.waba : named;
      notice.told_ms = own_ms > 0 ? own_ms : source.told_ms;
      out_.notices.push_back(std::move(notice));
    }
  }

  void value(const Json& value, const std::string& waba) {
    const auto account = value["metadata"]["phone_number_id"].text();
    const auto contacts = contacts_in(value["contacts"]);
    value["messages"].elements([&](const Json& message) { this->message(message, account, contacts); });
    value["statuses"].elements([&](const Json& status) { this->status(status, account, contacts); });
    value["errors"].elements([&](const Json& trouble) {
      out_.reports.push_back(
          {.account = account, .waba = waba, .code = trouble["code"].text(), .reason = describe(trouble)});
    });
  }

  /// What staff wrote with the telephone's app.
  void echoes(const Json& value) {
    const auto account = value["metadata"]["phone_number_id"].text();
    const auto contacts = contacts_in(value["contacts"]);
    value["message_echoes"].elements([&](const Json& echo) {
      auto ids = ids_of(echo["to"].text(), echo["to_user_id"].text());
      complete(ids, contacts);
      keep(echo, {.account = account, .ids = std::move(ids), .kind = "echo"});
    });
  }

  /// Old chats of both sides, by guest, from before the number was ours.
  void history(const Json& value) {
    const auto account = value["metadata"]["phone_number_id"].text();
    value["history"].elements([&](const Json& part) {
      part["threads"].elements([&](const Json& thread) {
        const auto ids = ids_of(thread["id"].text(), {});
        thread["messages"].elements(
            [&](const Json& message) { keep(message, {.account = account, .ids = ids, .kind = "history"}); });
      });
    });
  }

  void preferences(const Json& value, std::int64_t told_ms) {
    const auto account = value["metadata"]["phone_number_id"].text();
    value["user_preferences"].elements([&](const Json& each) {
      const auto wish = each["value"].text();
      auto ids = ids_of(each["wa_id"].text(), each["user_id"].text());
      if (each["category"].text() != "marketing_messages" || (wish != "stop" && wish != "resume")) return;
      const auto at_ms = to_ms(each["timestamp"]);
      if (usable(ids.any()))
        out_.preferences.push_back({account, std::move(ids), wish == "stop", at_ms > 0 ? at_ms : told_ms});
    });
  }

  /// A guest's user id has changed, as it does with his number.
  void user_ids(const Json& value) {
    const auto update = value["user_id_update"];
    update.elements([&](const Json& each) { user_id(each); });
    if (!update.first()) user_id(update ? update : value);
  }

  void user_id(const Json& update) {
    const auto change = update["user_id"];
    auto was = first_text(change, {"previous", "old"});
    auto is = first_text(change, {"current", "new"});
    if (was.empty()) was = first_text(update, {"previous_user_id", "old_user_id", "from_user_id"});
    if (is.empty()) is = first_text(update, {"current_user_id", "new_user_id", "user_id"});
    if (was.empty() || is.empty()) return;
    out_.moves.push_back(
        {.from = {.user = was}, .to = ids_of(update["wa_id"].text(), is), .at_ms = to_ms(update["timestamp"])});
  }

  void message(const Json& json, const std::string& account, const Contacts& contacts) {
    auto ids = ids_of(json["from"].text(), json["from_user_id"].text());
    auto name = complete(ids, contacts);
    const auto moved_to = new_ids_in(json["system"]);
    if (auto former = former_id_in(json["system"], moved_to.user); !former.empty()) ids.user = std::move(former);
    keep(json, {.account = account,
                .ids = std::move(ids),
                .moved_to = moved_to,
                .sender_name = std::move(name),
                .kind = kind_of(json)});
  }

  /// What all kinds have in common.
  void keep(const Json& json, GuestMessage message) {
    message.id = json["id"].text();
    message.sender = message.ids.any();
    if (!usable(message.id) || !usable(message.sender) || !fits(message.account)) return rest("incomplete");
    const bool by_staff = message.kind == "echo" || message.kind == "history";
    if (by_staff && out_.messages.size() >= kMostKept) return rest("left_out");
    message.text = text_of(json, by_staff ? kind_of(json) : message.kind);
    message.reply_to = target_of(json);
    message.raw = json.raw();
    message.written_ms = to_ms(json["timestamp"]);
    if (message.kind == "interactive") message.choice = choice_of(json);
    message.group = !json["group_id"].text().empty();
    out_.messages.push_back(std::move(message));
  }

  /// Empty unless the guest has changed his number or user id.
  static GuestIds new_ids_in(const Json& system) {
    const auto type = system["type"].text();
    if (type != "user_changed_number" && type != "user_changed_user_id") return {};
    return ids_of(first_text(system, {"new_wa_id", "wa_id"}), first_text(system, {"new_user_id", "user_id"}));
  }

  /// The user id that the guest had before `now`; some say it in a sentence only.
  static std::string former_id_in(const Json& system, const std::string& now) {
    if (now.empty()) return {};
    auto former = first_text(system, {"previous_user_id", "old_user_id"});
    return former.empty() ? former_id_in_words(system["body"].text(), now) : former;
  }

  void status(const Json& json, const std::string& account, const Contacts& contacts) {
    const auto state = state_of(json["status"].text());
    DeliveryStatus status{.account = account,
                          .ids = ids_of(json["recipient_id"].text(), json["recipient_user_id"].text()),
                          .key = json["biz_opaque_callback_data"].text(),
                          .id = json["id"].text()};
    if (!state) return rest("other_status");
    if (status.id.empty() && status.key.empty()) return rest("incomplete");
    if (!fits(status.account) || !fits(status.key) || !fits(status.id)) return rest("incomplete");
    complete(status.ids, contacts);
    status.state = *state;
    status.at_ms = to_ms(json["timestamp"]);
    if (status.state == DeliveryState::kFailed) {
      const auto trouble = json["errors"].first();
      status.code = trouble["code"].text();
      status.reason = describe(trouble);
    }
    out_.statuses.push_back(std::move(status));
  }

  void rest(const std::string& name) { ++out_.rest[name]; }

  WebhookBody& out_;
};

}  // namespace

WebhookBody parse(std::string_view body) {
  WebhookBody out;
  out.readable = is_json(body);
  if (out.readable) Reader(out).body(Json(body));
  return out;
}

std::string describe(const Json& trouble) {
  auto title = trouble["title"].text();
  if (title.empty()) title = without_number(trouble["message"].text());
  const auto details = trouble["error_data"]["details"].text();
  if (details.empty() || repeats(details, title)) return title;
  return title.empty() || repeats(title, details) ? details : title + ": " + details;
}

}  // namespace agente::whatsapp
