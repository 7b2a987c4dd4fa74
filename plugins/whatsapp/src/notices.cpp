#include "notices.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <initializer_list>
#include <utility>

namespace agente::whatsapp {
namespace {

using News = Notice::News;

constexpr std::string_view kAccount = "the account";
constexpr std::string_view kAppeal = "see Account Quality at Meta and ask for a review there";
constexpr std::string_view kReconnect = "connect the account with the app again in WhatsApp Manager";

struct Meaning {
  std::string_view event;
  std::string_view topic;
  News news;
  Hold hold = Hold::kNone;
  std::string_view remedy = {};
};

/// Events that say by their name alone what they mean; good ones end the bad ones of their topic. Others are neutral.
constexpr std::array kMeanings{
    Meaning{"ACCOUNT_DELETED", "account", News::kBad, Hold::kEverything, "connect another account"},
    Meaning{"ACCOUNT_OFFBOARDED", "connection", News::kBad, Hold::kEverything, kReconnect},
    Meaning{"ACCOUNT_RECONNECTED", "connection", News::kGood},
    Meaning{"ACCOUNT_VIOLATION", "violation", News::kBad, Hold::kNone, kAppeal},
    Meaning{"APPROVED", "state", News::kGood},
    Meaning{"DISABLED", "state", News::kBad},
    Meaning{"DOWNGRADE", "limit", News::kBad},
    Meaning{"FLAGGED", "state", News::kBad},
    Meaning{"PARTNER_ADDED", "connection", News::kGood},
    Meaning{"PARTNER_APP_INSTALLED", "connection", News::kGood},
    Meaning{"PARTNER_REMOVED", "connection", News::kBad, Hold::kEverything, kReconnect},
    Meaning{"PAUSED", "state", News::kBad},
    Meaning{"PENDING_DELETION", "state", News::kBad},
    Meaning{"RECONNECTED", "connection", News::kGood},
    Meaning{"REINSTATE", "ban", News::kGood},
    Meaning{"REINSTATED", "state", News::kGood},
    Meaning{"REJECTED", "state", News::kBad},
    Meaning{"THROUGHPUT_DOWNGRADE", "throughput", News::kBad},
    Meaning{"THROUGHPUT_UPGRADE", "throughput", News::kGood},
    Meaning{"UNFLAGGED", "state", News::kGood},
    Meaning{"UNPAUSED", "state", News::kGood},
    Meaning{"UPGRADE", "limit", News::kGood},
};

/// The texts that are there, one after the other.
std::string joined(std::initializer_list<std::string> parts) {
  std::string text;
  for (const auto& part : parts) {
    if (part.empty() || part == "NONE") continue;
    text += (text.empty() ? "" : ", ") + part;
  }
  return text;
}

std::string day_of(std::int64_t seconds) {
  const std::chrono::sys_seconds moment{std::chrono::seconds{seconds}};
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(moment)};
  const auto two = [](unsigned n) { return (n < 10 ? "-0" : "-") + std::to_string(n); };
  return std::to_string(static_cast<int>(day.year())) + two(static_cast<unsigned>(day.month())) +
         two(static_cast<unsigned>(day.day()));
}

Notice judged(Notice notice) {
  const auto* found =
      std::find_if(kMeanings.begin(), kMeanings.end(), [&](const Meaning& each) { return each.event == notice.event; });
  if (found == kMeanings.end()) return notice;
  notice.topic = found->topic;
  notice.news = found->news;
  notice.hold = found->hold;
  notice.detail = joined({notice.detail, std::string{found->remedy}});
  return notice;
}

std::string template_of(const Json& value) {
  return "template " + value["message_template_name"].text() + " (" + value["message_template_language"].text() + ")";
}

std::string number_of(const Json& value) { return "number " + value["display_phone_number"].text(); }

/// Each kind of restriction has its own end.
Notice restriction(const Json& each, const std::string& remedy) {
  constexpr std::int64_t kYear10000 = 253'402'300'800;
  const auto type = each["restriction_type"].text();
  const auto given = each["expiration"].integer().value_or(0);
  const auto ends = given > 0 && given < kYear10000 ? given : 0;
  auto hold = Hold::kNone;
  if (type == "RESTRICTED_BIZ_INITIATED_MESSAGING") hold = Hold::kTemplates;
  if (type == "RESTRICTED_CUSTOMER_INITIATED_MESSAGING") hold = Hold::kEverything;
  return {.about = std::string{kAccount},
          .topic = "restriction/" + type,
          .event = "ACCOUNT_RESTRICTION",
          .detail = joined({type, ends == 0 ? "" : "until " + day_of(ends), remedy}),
          .news = News::kBad,
          .hold = hold,
          .ends_ms = ends * 1000};
}

std::vector<Notice> restrictions(const Json& value) {
  std::vector<Notice> all;
  const auto remedy = value["remediation_steps"].text();
  value["restriction_info"].elements([&](const Json& each) { all.push_back(restriction(each, remedy)); });
  if (all.empty()) all.push_back(restriction(value, remedy));
  return all;
}

Notice ban(const Json& value) {
  const auto state = value["ban_info"]["waba_ban_state"].text();
  const auto since = value["ban_info"]["waba_ban_date"].text();
  if (state == "REINSTATE") return judged({.about = std::string{kAccount}, .event = state});
  return {.about = std::string{kAccount},
          .topic = "ban",
          .event = "DISABLED_UPDATE",
          .detail = joined({state, since, std::string{kAppeal}}),
          .news = News::kBad,
          .hold = state == "SCHEDULE_FOR_DISABLE" ? Hold::kNone : Hold::kEverything};
}

std::vector<Notice> account_update(const Json& value) {
  auto event = value["event"].text();
  if (event == "ACCOUNT_RESTRICTION") return restrictions(value);
  if (event == "DISABLED_UPDATE") return {ban(value)};
  return {judged({.about = std::string{kAccount},
                  .event = std::move(event),
                  .detail = joined({value["violation_info"]["violation_type"].text(),
                                    value["disconnection_info"]["reason"].text()})})};
}

Notice alert(const Json& value) {
  const auto severity = value["alert_severity"].text();
  const bool bad = severity == "CRITICAL" || severity == "WARNING";
  const bool over = value["alert_status"].text() == "NONE";
  auto type = value["alert_type"].text();
  return {.about = std::string{kAccount},
          .topic = "alert/" + type,
          .event = std::move(type),
          .detail = value["alert_description"].text(),
          .news = over  ? News::kGood
                  : bad ? News::kBad
                        : News::kNeutral};
}

Notice category(const Json& value) {
  auto now = value["new_category"].text();
  if (now.empty()) now = value["correct_category"].text();
  const bool dearer = now != "UTILITY" && now != "AUTHENTICATION";
  if (now.empty()) return {.about = template_of(value), .topic = "category", .event = "CATEGORY"};
  return {.about = template_of(value),
          .topic = "category",
          .event = "CATEGORY",
          .detail = "Meta counts it as " + now + " from now on",
          .news = dearer ? News::kBad : News::kGood};
}

Notice quality(const Json& value) {
  auto score = value["new_quality_score"].text();
  const bool bad = score == "RED";
  return {.about = template_of(value),
          .topic = "quality",
          .event = std::move(score),
          .detail = bad ? "guests block or report it, and Meta pauses it next: reword it in WhatsApp Manager"
                        : "the quality of the template by its guests",
          .news = bad ? News::kBad : News::kGood};
}

/// The lowest limits are those of a business that Meta has not verified.
Notice capability(const Json& value) {
  auto limit = value["max_daily_conversations_per_business"].text();
  if (limit.empty()) limit = value["max_daily_conversation_per_phone"].text();
  const auto low = {"50", "250", "TIER_50", "TIER_250"};
  const bool bad = std::find(low.begin(), low.end(), limit) != low.end();
  return {.about = std::string{kAccount},
          .topic = "limit",
          .event = "MESSAGING_LIMIT",
          .detail = "so many guests may be written to first within 24 hours: " + (limit == "-1" ? "all" : limit) +
                    (bad ? "; verify the business in Business Settings at Meta to raise it" : ""),
          .news = bad ? News::kBad : News::kGood};
}

Notice name(const Json& value) {
  auto decision = value["decision"].text();
  const bool refused = decision == "REJECTED" || decision == "DECLINED";
  const auto wanted = "the name \"" + value["requested_verified_name"].text() + "\" is " + decision;
  auto reason = value["rejection_reason"].text();
  if (reason == "NONE") reason.clear();
  return {.about = number_of(value),
          .topic = "name",
          .event = "DISPLAY_NAME",
          .detail = joined({wanted, reason, refused ? "ask for another one in WhatsApp Manager" : ""}),
          .news = refused                  ? News::kBad
                  : decision == "APPROVED" ? News::kGood
                                           : News::kNeutral};
}

/// Whoever knows the PIN can take the number to another account.
Notice security(const Json& value) {
  const auto who = value["requester"].text();
  return {.about = number_of(value),
          .topic = "pin",
          .event = value["event"].text(),
          .detail = "somebody" + (who.empty() ? "" : " (user " + who + " at Meta)") +
                    " touched the PIN of its two-step verification: if it was none of you, change it in WhatsApp "
                    "Manager and look who has access",
          .news = News::kBad};
}

}  // namespace

std::vector<Notice> notices_in(std::string_view field, const Json& value) {
  if (field == "account_update") return account_update(value);
  if (field == "account_alerts") return {alert(value)};
  if (field == "account_review_update")
    return {judged({.about = "the account's review", .event = value["decision"].text()})};
  if (field == "message_template_status_update")
    return {judged({.about = template_of(value),
                    .event = value["event"].text(),
                    .detail = joined({value["reason"].text(), value["other_info"]["description"].text()})})};
  if (field == "template_category_update") return {category(value)};
  if (field == "message_template_quality_update") return {quality(value)};
  if (field == "phone_number_quality_update")
    return {
        judged({.about = number_of(value), .event = value["event"].text(), .detail = value["current_limit"].text()})};
  if (field == "phone_number_name_update") return {name(value)};
  if (field == "business_capability_update") return {capability(value)};
  if (field == "security") return {security(value)};
  return {};
}

}  // namespace agente::whatsapp
