#include "graph_errors.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "json_text.hpp"
#include "retry_after.hpp"
#include "webhook_body.hpp"

namespace agente::whatsapp {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

enum class Treatment {
  kRetry,    ///< an outage: comes again
  kOnce,     ///< worth one more try
  kTwice,    ///< worth two more tries
  kRate,     ///< the number's own throughput: slow down
  kSlow,     ///< a limit of the whole account: wait for minutes
  kWarned,   ///< Meta has begun to restrict the account: templates are held, anything else is as kSlow
  kPair,     ///< too much for this guest: 4^n seconds
  kClosed,   ///< the guest has to write first
  kNever,    ///< this message will never go through
  kAccount,  ///< nothing will go through until the operator has repaired something
};

struct Rule {
  std::int64_t first;  ///< codes [first, last]
  std::int64_t last;
  Treatment treatment;
  std::string_view remedy = {};
};

constexpr std::string_view kRenew = "enter a new access_token of a system user";
constexpr std::string_view kPermission = "give the system user whatsapp_business_messaging on this account";
constexpr std::string_view kRegister = "register the number again in WhatsApp Manager";
constexpr std::string_view kManager = "see the account's notices in WhatsApp Manager";

constexpr std::string_view kOurs =
    "a mistake in how it was written: report it with its fbtrace_id, which the log has, and say it in other words";
constexpr std::string_view kFile = "send another file: a JPEG, PNG or PDF of a few MB, the file itself and no link";
constexpr std::string_view kTemplate = "see the template in WhatsApp Manager, and take another one meanwhile";
constexpr std::string_view kReachOtherwise =
    "the guest has no WhatsApp, an old one, or has blocked the number; reach him another way";

constexpr std::string_view kSpam =
    "guests report or block the number; replies go on, templates are held: send them again once its quality has "
    "recovered";
constexpr std::string_view kCategory =
    "correct the category of the templates in WhatsApp Manager; they are held: send them again then";
constexpr milliseconds kSlowPause = 5min;

constexpr std::array kRules{
    Rule{0, 0, Treatment::kAccount, kRenew},
    Rule{1, 1, Treatment::kTwice},
    Rule{2, 2, Treatment::kRetry},
    Rule{3, 3, Treatment::kAccount, kPermission},
    Rule{4, 4, Treatment::kSlow},
    Rule{10, 10, Treatment::kAccount, kPermission},
    Rule{33, 33, Treatment::kAccount, "check the phone number id in accounts"},
    Rule{100, 100, Treatment::kNever, kOurs},
    Rule{190, 190, Treatment::kAccount, kRenew},
    Rule{200, 299, Treatment::kAccount, kPermission},
    Rule{368, 368, Treatment::kAccount, kManager},
    Rule{80007, 80007, Treatment::kSlow},
    Rule{130429, 130429, Treatment::kRate},
    Rule{130472, 130472, Treatment::kNever, "Meta withholds advertisements from some guests, as an experiment"},
    Rule{130497, 130497, Treatment::kNever, "nothing may go to the guest's country; reach him another way"},
    Rule{131000, 131000, Treatment::kRetry},
    Rule{131005, 131005, Treatment::kAccount, kPermission},
    Rule{131008, 131009, Treatment::kNever, kOurs},
    Rule{131016, 131016, Treatment::kRetry},
    Rule{131021, 131021, Treatment::kNever, "it is the hotel's own number: nothing can be sent to it"},
    Rule{131026, 131026, Treatment::kNever, kReachOtherwise},
    Rule{131030, 131030, Treatment::kNever, "add the guest's number to the test number's list"},
    Rule{131031, 131031, Treatment::kAccount, kManager},
    Rule{131037, 131037, Treatment::kAccount, "have the display name approved in WhatsApp Manager"},
    Rule{131042, 131042, Treatment::kAccount, "add a means of payment in WhatsApp Manager"},
    Rule{131044, 131044, Treatment::kAccount, "add a means of payment in WhatsApp Manager"},
    Rule{131045, 131045, Treatment::kAccount, kRegister},
    Rule{131047, 131047, Treatment::kClosed, "only a template may be sent after 24 hours of the guest's silence"},
    Rule{131048, 131048, Treatment::kWarned, kSpam},
    Rule{131049, 131049, Treatment::kNever, "Meta withholds advertisements that few would read; not before tomorrow"},
    Rule{131050, 131050, Treatment::kNever, "the guest wants no advertisements; other templates may go to him"},
    Rule{131051, 131051, Treatment::kNever, "say it as text"},
    Rule{131052, 131053, Treatment::kNever, kFile},
    Rule{131056, 131056, Treatment::kPair},
    Rule{131057, 131057, Treatment::kRetry},
    Rule{131062, 131062, Treatment::kNever, "ask the guest for his telephone number, and write to that"},
    Rule{131064, 131064, Treatment::kWarned, kCategory},
    Rule{132000, 132000, Treatment::kNever, "give as many texts as the template has gaps"},
    Rule{132001, 132001, Treatment::kNever, "see its name, language and approval in WhatsApp Manager"},
    Rule{132005, 132012, Treatment::kNever, "correct the texts for its gaps: length, line breaks, kind"},
    Rule{132013, 132068, Treatment::kNever, kTemplate},
    Rule{132069, 132069, Treatment::kSlow, kTemplate},
    Rule{133004, 133004, Treatment::kRetry},
    Rule{133000, 133016, Treatment::kAccount, kRegister},
    Rule{135000, 135000, Treatment::kOnce},
    Rule{137000, 137000, Treatment::kNever, "his number may have another owner by now: make sure who he is"},
};

const Rule* find_rule(std::int64_t code) {
  const auto* found = std::find_if(kRules.begin(), kRules.end(),
                                   [&](const Rule& rule) { return code >= rule.first && code <= rule.last; });
  return found == kRules.end() ? nullptr : found;
}

/// Of a code in a text; none for what is no number, and for one that is not in the list.
const Rule* find_rule(std::string_view code) {
  std::int64_t number = 0;
  const auto* end = code.data() + code.size();
  const auto [at, failure] = std::from_chars(code.data(), end, number);
  return failure == std::errc{} && at == end ? find_rule(number) : nullptr;
}

bool is_token_trouble(std::int64_t code) { return code == 0 || code == 190; }

Rule rule_for(std::int64_t code, const Json& trouble, int status) {
  // The same code also stands for a wrong parameter of a message; only this subcode means a wrong address.
  if (code == 100 && trouble["error_subcode"].integer() == 33) code = 33;
  if (const auto* found = find_rule(code)) return *found;
  if (status == 401) return {code, code, Treatment::kAccount, kRenew};
  const bool passing = trouble["is_transient"].raw() == "true" || status >= 500;
  return {code, code, passing ? Treatment::kRetry : Treatment::kNever};
}

/// 1, 4, 16, 64, 256 seconds, and no more.
milliseconds pair_pause(unsigned attempt) {
  const unsigned n = std::min(attempt == 0 ? 0 : attempt - 1, 4U);
  return std::chrono::seconds{1U << (2 * n)};
}

struct Outcome {
  agente_status code;
  milliseconds wait;
};

Outcome outcome_of(Treatment treatment, const http_response& answer, const Attempt& attempt) {
  const auto asked = std::max(retry_after(answer, attempt.now), regain_access(answer));
  switch (treatment) {
    case Treatment::kRetry:
      return {AGENTE_E_RETRY, asked};
    case Treatment::kOnce:
      return {attempt.number <= 1 ? AGENTE_E_RETRY : AGENTE_E_INVALID, asked};
    case Treatment::kTwice:
      return {attempt.number <= 2 ? AGENTE_E_RETRY : AGENTE_E_INVALID, asked};
    case Treatment::kRate:
      return {AGENTE_E_RATE, asked};
    case Treatment::kWarned:
      if (attempt.is_template) return {AGENTE_E_CONFLICT, 0ms};
      [[fallthrough]];
    case Treatment::kSlow:
      return {AGENTE_E_RATE, asked > 0ms ? asked : kSlowPause};
    case Treatment::kPair:
      // An attempt of this message, which RATE with a time is none for the host: the pause has to grow.
      return {AGENTE_E_RETRY, std::max(asked, pair_pause(attempt.number))};
    case Treatment::kClosed:
      return {AGENTE_E_CONFLICT, 0ms};
    case Treatment::kNever:
      return {AGENTE_E_INVALID, 0ms};
    case Treatment::kAccount:
      return {AGENTE_E_AUTH, 0ms};
  }
  return {AGENTE_E_INVALID, 0ms};
}

/// Meta repeats a malformed token in its message: nothing it says about tokens is passed on.
std::string wording(std::int64_t code, const Json& trouble, std::string_view remedy) {
  auto text = std::to_string(code);
  const auto subcode = trouble["error_subcode"].integer();
  if (is_token_trouble(code)) {
    text += " access token refused";
    if (subcode == 463) text += ", it has expired";
    if (subcode == 467) text += ", it was withdrawn";
  } else {
    text += " " + describe(trouble);
  }
  return remedy.empty() ? text : text + ": " + std::string{remedy};
}

/// A gateway's page, or nothing: an outage, or somebody between us and Meta.
Refusal foreign_answer(const http_response& answer, const Attempt& attempt) {
  const auto wait = retry_after(answer, attempt.now);
  const auto code = answer.status == 429 ? AGENTE_E_RATE : AGENTE_E_RETRY;
  return {.failure = error(code, "HTTP " + std::to_string(answer.status) + " without an answer of Graph", wait)};
}

}  // namespace

Gravity gravity_of(std::string_view code) {
  if (code.empty()) return Gravity::kMessage;
  const auto* rule = find_rule(code);
  if (rule == nullptr) return Gravity::kUnknown;
  if (rule->treatment == Treatment::kAccount) return Gravity::kAccount;
  return rule->treatment == Treatment::kWarned ? Gravity::kWarning : Gravity::kMessage;
}

bool is_closed_window(std::string_view code) {
  const auto* rule = find_rule(code);
  return rule != nullptr && rule->treatment == Treatment::kClosed;
}

bool may_come_again(std::string_view code) {
  const auto* rule = find_rule(code);
  if (rule == nullptr) return false;
  switch (rule->treatment) {
    case Treatment::kRetry:
    case Treatment::kOnce:
    case Treatment::kTwice:
    case Treatment::kRate:
    case Treatment::kSlow:
    case Treatment::kWarned:  // a template is held then
    case Treatment::kPair:
      return true;
    default:
      return false;
  }
}

bool is_unknown_number(std::string_view code) { return code == "131026" || code == "131030"; }

bool is_limit_of_all(std::string_view code) { return code == "4" || code == "80007" || code == kNumbersThroughput; }

std::string_view remedy_of(std::string_view code) {
  const auto* rule = find_rule(code);
  return rule == nullptr ? std::string_view{} : rule->remedy;
}

std::string with_remedy(std::string said, std::string_view code) {
  const auto remedy = remedy_of(code);
  if (remedy.empty()) return said;
  return said.empty() ? std::string{remedy} : std::move(said) + ": " + std::string{remedy};
}

Refusal read_refusal(const http_response& answer, const Attempt& attempt) {
  const auto trouble = is_json(answer.body) ? Json{answer.body}["error"] : Json{};
  const auto code = trouble["code"].integer();
  if (!code) return foreign_answer(answer, attempt);
  const auto rule = rule_for(*code, trouble, answer.status);
  const auto outcome = outcome_of(rule.treatment, answer, attempt);
  return {.failure = error(outcome.code, wording(*code, trouble, rule.remedy), outcome.wait),
          .code = std::to_string(*code),
          .subcode = trouble["error_subcode"].text(),
          .fbtrace_id = trouble["fbtrace_id"].text()};
}

}  // namespace agente::whatsapp
