#include "webhook_body.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "message_content.hpp"

namespace agente::whatsapp {
namespace {

/// Fields of a webhook that are counted by their own name.
constexpr std::array<std::string_view, 18> kFields{
    "account_alerts",
    "account_review_update",
    "account_update",
    "business_capability_update",
    "calls",
    "flows",
    "history",
    "message_template_components_update",
    "message_template_quality_update",
    "message_template_status_update",
    "phone_number_name_update",
    "phone_number_quality_update",
    "security",
    "smb_app_state_sync",
    "smb_message_echoes",
    "template_category_update",
    "user_id_update",
    "user_preferences",
};

/// Longer ids and senders than any real one; the host would not take them.
constexpr std::size_t kLongestId = 1024;

/// A body of old chats may hold more than all that Meta sends of new ones; the rest of it is not worth a refusal.
constexpr std::size_t kMostKept = 5'000;

std::int64_t to_ms(const Json& timestamp) {
  constexpr std::int64_t kYear10000 = 253'402'300'800;
  const auto seconds = timestamp.integer().value_or(0);
  return seconds > 0 && seconds < kYear10000 ? seconds * 1000 : 0;
}

bool usable(const std::string& id) { return !id.empty() && id.size() <= kLongestId; }

/// Names by every id under which their owner may write.
std::map<std::string, std::string> names_in(const Json& contacts) {
  std::map<std::string, std::string> names;
  contacts.elements([&](const Json& contact) {
    const auto name = contact["profile"]["name"].text();
    if (name.empty()) return;
    for (const auto* id : {"wa_id", "user_id"})
      if (const auto owner = contact[id]) names.emplace(owner.text(), name);
  });
  return names;
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
    root["entry"].elements(
        [&](const Json& entry) { entry["changes"].elements([&](const Json& change) { this->change(change); }); });
  }

 private:
  void change(const Json& change) {
    const auto field = change["field"];
    if (!field || field.text() == "messages") return value(change["value"]);
    const auto name = field.text();
    if (name == "smb_message_echoes") return echoes(change["value"]);
    if (name == "history") return history(change["value"]);
    if (auto notice = notice_in(name, change["value"])) out_.notices.push_back(*std::move(notice));
    const bool known = std::find(kFields.begin(), kFields.end(), name) != kFields.end();
    rest(known ? name : "other");
  }

  void value(const Json& value) {
    const auto account = value["metadata"]["phone_number_id"].text();
    const auto names = names_in(value["contacts"]);
    value["messages"].elements([&](const Json& message) { this->message(message, account, names); });
    value["statuses"].elements([&](const Json& status) { this->status(status, account); });
    value["errors"].elements(
        [&](const Json& trouble) { out_.reports.push_back(trouble["code"].integer().value_or(0)); });
  }

  /// What staff wrote with the telephone's app.
  void echoes(const Json& value) {
    const auto account = value["metadata"]["phone_number_id"].text();
    value["message_echoes"].elements([&](const Json& echo) {
      const auto phone = echo["to"].text();
      const auto user = echo["to_user_id"].text();
      keep(echo, {.account = account, .sender = phone.empty() ? user : phone, .user = user, .kind = "echo"});
    });
  }

  /// Old chats of both sides, by guest, from before the number was ours.
  void history(const Json& value) {
    const auto account = value["metadata"]["phone_number_id"].text();
    value["history"].elements([&](const Json& part) {
      part["threads"].elements([&](const Json& thread) {
        thread["messages"].elements([&](const Json& message) {
          keep(message, {.account = account, .sender = thread["id"].text(), .kind = "history"});
        });
      });
    });
  }

  void keep(const Json& json, GuestMessage message) {
    message.id = json["id"].text();
    if (!usable(message.id) || !usable(message.sender)) return rest("incomplete");
    if (out_.messages.size() >= kMostKept) return rest("left_out");
    message.text = text_of(json, kind_of(json));
    message.reply_to = target_of(json);
    message.raw = json.raw();
    message.written_ms = to_ms(json["timestamp"]);
    message.group = !json["group_id"].text().empty();
    out_.messages.push_back(std::move(message));
  }

  void message(const Json& json, const std::string& account, const std::map<std::string, std::string>& names) {
    const auto phone = json["from"].text();
    const auto user = json["from_user_id"].text();
    GuestMessage message{
        .account = account, .id = json["id"].text(), .sender = phone.empty() ? user : phone, .user = user};
    if (!usable(message.id) || !usable(message.sender)) return rest("incomplete");
    auto name = names.find(message.sender);
    if (name == names.end()) name = names.find(user);
    if (name != names.end()) message.sender_name = name->second;
    message.kind = kind_of(json);
    message.moved_to = new_number_in(json["system"]);
    message.text = text_of(json, message.kind);
    message.reply_to = target_of(json);
    message.raw = json.raw();
    message.written_ms = to_ms(json["timestamp"]);
    message.group = !json["group_id"].text().empty();
    out_.messages.push_back(std::move(message));
  }

  /// Empty unless the guest has changed his number.
  static std::string new_number_in(const Json& system) {
    if (system["type"].text() != "user_changed_number") return {};
    auto number = system["wa_id"].text();
    if (number.empty()) number = system["new_wa_id"].text();  // as older versions name it
    return usable(number) ? number : std::string{};
  }

  void status(const Json& json, const std::string& account) {
    const auto state = state_of(json["status"].text());
    DeliveryStatus status{.account = account, .key = json["biz_opaque_callback_data"].text(), .id = json["id"].text()};
    if (!state || (!usable(status.id) && !usable(status.key))) return rest("other");
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
