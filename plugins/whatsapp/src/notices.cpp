#include "notices.hpp"

#include <algorithm>
#include <array>

namespace agente::whatsapp {
namespace {

constexpr std::array<std::string_view, 13> kBad{"ACCOUNT_DELETED",
                                                "ACCOUNT_OFFBOARDED",
                                                "ACCOUNT_RESTRICTION",
                                                "ACCOUNT_VIOLATION",
                                                "DISABLED",
                                                "DISABLED_UPDATE",
                                                "DOWNGRADE",
                                                "FLAGGED",
                                                "PARTNER_REMOVED",
                                                "PAUSED",
                                                "PENDING_DELETION",
                                                "REJECTED",
                                                "THROUGHPUT_DOWNGRADE"};

/// The texts that are there, one after the other.
std::string joined(std::initializer_list<Json> parts) {
  std::string text;
  for (const auto& part : parts) {
    const auto each = part.text();
    if (each.empty() || each == "NONE") continue;
    text += (text.empty() ? "" : ", ") + each;
  }
  return text;
}

std::string restrictions_in(const Json& value) {
  std::string text;
  value["restriction_info"].elements(
      [&](const Json& each) { text += (text.empty() ? "" : ", ") + each["restriction_type"].text(); });
  return text.empty() ? joined({value["violation_info"]["violation_type"], value["ban_info"]["waba_ban_state"]}) : text;
}

std::string template_of(const Json& value) {
  return "template " + value["message_template_name"].text() + " (" + value["message_template_language"].text() + ")";
}

Notice judged(Notice notice) {
  notice.is_bad = std::find(kBad.begin(), kBad.end(), notice.event) != kBad.end();
  return notice;
}

}  // namespace

std::optional<Notice> notice_in(std::string_view field, const Json& value) {
  if (field == "account_update")
    return judged({.about = "the account", .event = value["event"].text(), .detail = restrictions_in(value)});
  if (field == "account_review_update")
    return judged({.about = "the account's review", .event = value["decision"].text()});
  if (field == "account_alerts") {
    const auto severity = value["alert_severity"].text();
    return Notice{.about = "the account",
                  .event = value["alert_type"].text(),
                  .detail = value["alert_description"].text(),
                  .is_bad = severity == "CRITICAL" || severity == "WARNING"};
  }
  if (field == "message_template_status_update")
    return judged({.about = template_of(value),
                   .event = value["event"].text(),
                   .detail = joined({value["reason"], value["other_info"]["description"]})});
  if (field == "template_category_update")
    return Notice{.about = template_of(value),
                  .event = "CATEGORY",
                  .detail = "Meta counts it as " + value["new_category"].text() + " from now on",
                  .is_bad = true};
  if (field == "phone_number_quality_update")
    return judged({.about = "number " + value["display_phone_number"].text(),
                   .event = value["event"].text(),
                   .detail = value["current_limit"].text()});
  return std::nullopt;
}

}  // namespace agente::whatsapp
