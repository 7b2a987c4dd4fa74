#include "standing.hpp"

#include <algorithm>

#include "graph_errors.hpp"
#include "graph_get.hpp"
#include "numbers.hpp"

namespace agente::whatsapp {
namespace {

using namespace std::chrono_literals;

constexpr auto kPause = 5min;
constexpr auto kAlarmLasts = 24h;
constexpr auto kLogAgain = 1h;
/// A warning is of now: replies go on meanwhile, so that nothing else shows whether it is over.
constexpr auto kFresh = 10min;

time_point at(std::int64_t ms) { return time_point{std::chrono::milliseconds{ms}}; }

/// "131042 Payment issue: add a means of payment".
std::string in_words(std::string_view code, std::string_view reason) {
  return std::string{code} + " " + with_remedy(std::string{reason}, code);
}

/// A notice says itself what it is about; else it is one of our numbers.
std::string named(std::string_view about) {
  if (about.empty()) return "our number";
  return (is_number(about) ? "number " : "") + std::string{about};
}

}  // namespace

void Standing::admit(const outbound& message) {
  const auto now = host_.now();
  const auto held = board_.holding();
  const std::lock_guard lock(mutex_);
  if (message.kind == "template") {
    refuse_template(message.account, now);
    if (held && held->hold == Hold::kTemplates)
      throw error(AGENTE_E_CONFLICT, "Meta restricts templates of the account: " + held->reason);
  }
  follow_notice(std::string{message.account}, held);
  if (halts_.empty()) return;  // nearly always
  const auto found = halts_.find(message.account);
  if (found == halts_.end()) return;
  auto& halt = found->second;
  if (message.key == halt.tried_with) return;  // once more, as text or in the guest's other form
  if (now < halt.next_try) throw error(AGENTE_E_AUTH, halt.reason);
  halt.next_try = now + kPause;
  halt.tried_with = message.key;
}

/// A halt by a notice begins and ends with it.
void Standing::follow_notice(const std::string& account, const std::optional<NoticeBoard::Posted>& held) {
  const auto found = halts_.find(account);
  if (held && held->hold == Hold::kEverything) {
    if (found != halts_.end()) return;
    halts_.emplace(account, Halt{.reason = "Meta says of " + held->about + ": " + held->reason,
                                 .since = held->told,
                                 .next_try = held->told + kPause,
                                 .by_notice = true});
  } else if (found != halts_.end() && found->second.by_notice) {
    halts_.erase(found);
  }
}

void Standing::refuse_template(std::string_view account, time_point now) const {
  for (const auto& [of, alarm] : alarms_) {
    if (of.first != account || gravity_of(of.second) != Gravity::kWarning || now - alarm.at > kAlarmLasts) continue;
    throw error(AGENTE_E_CONFLICT, "Meta restricts templates of this number: " + alarm.reason);
  }
}

void Standing::note(const DeliveryStatus& status, call here) {
  if (status.state != DeliveryState::kFailed) return note_success(status, here);
  const auto gravity = gravity_of(status.code);
  if (gravity == Gravity::kMessage || !is_of_ours_since_began(status)) return;
  if (gravity == Gravity::kAccount ? has_succeeded_since(status) : host_.now() - at(status.at_ms) > kFresh) return;
  const auto reason = in_words(status.code, status.reason);
  if (gravity == Gravity::kUnknown) return tell({status.account, status.code}, reason, here);
  raise(status.account, status.code, reason, here);
  if (gravity == Gravity::kAccount) halt(status, reason);
}

void Standing::note(const Notice& notice, call here) {
  const auto reason = notice.event + (notice.detail.empty() ? "" : ": " + notice.detail);
  if (!board_.post(notice)) return;
  if (notice.news == Notice::News::kBad) return tell({notice.about, notice.event}, reason, here);
  host_.info(here, "Meta says of " + notice.about + ": " + reason);
}

void Standing::note(const AccountReport& report, call here) {
  const auto reason = in_words(report.code, report.reason);
  const auto gravity = gravity_of(report.code);
  if (gravity == Gravity::kAccount || gravity == Gravity::kWarning)
    return raise(report.account, report.code, reason, here);
  if (is_due({report.account, report.code}))
    host_.warn(here, "webhook: Meta reports trouble with " + named(report.account) + ": " + reason,
               {{"account", report.account}, {"code", report.code}});
}

void Standing::note(const std::vector<check>& checks) {
  const bool connected = std::any_of(checks.begin(), checks.end(), [](const check& each) {
    return each.stage == "numbers" && each.ok && each.cause.empty();  // a cause: it is not known
  });
  if (!connected || !board_.holding()) return;
  try {
    board_.take_down_holds({"account", "ban", "connection"});
  } catch (const error&) {  // the store is down: the next self-test comes
  }
}

void Standing::note_stranger(const std::string& account, call here) {
  constexpr std::size_t kMost = 1000;
  {
    const std::lock_guard lock(mutex_);
    if (account.empty() || strangers_.size() >= kMost || !strangers_.insert(account).second) return;
  }
  host_.warn(here, "what comes for this number is dropped: it is not in accounts", {{"account", account}});
}

void Standing::note_unknown(const std::string& field, call here) {
  if (is_due({"field", field}))
    host_.info(here, "webhook of a field that is not known, and not read", {{"field", field}});
}

bool Standing::is_stranger(const std::string& account) const {
  const std::lock_guard lock(mutex_);
  return strangers_.contains(account);
}

void Standing::note_refusal(std::string_view account, const Refusal& refusal, call here) {
  const auto gravity = gravity_of(refusal.code);
  const bool is_dead = refusal.failure.code() == AGENTE_E_INVALID;
  if (gravity == Gravity::kUnknown && is_dead) tell({std::string{account}, refusal.code}, refusal.failure.what(), here);
  // A number that refuses all by its answers is parked by the host, which tells of it.
  if (gravity == Gravity::kWarning) raise(account, refusal.code, refusal.failure.what(), here);
}

/// Meta repeats statuses for days; and what another tool sends from the same number carries no key of ours and may be
/// paid for otherwise than replies.
bool Standing::is_of_ours_since_began(const DeliveryStatus& failure) const {
  return !failure.key.empty() && at(failure.at_ms) >= began_;
}

bool Standing::has_succeeded_since(const DeliveryStatus& failure) const {
  const std::lock_guard lock(mutex_);
  const auto sent = last_sent_.find(failure.account);
  return sent != last_sent_.end() && at(failure.at_ms) < sent->second;
}

/// What else fails while the number is halted was sent before: it neither puts the next try off nor decides one.
void Standing::halt(const DeliveryStatus& status, std::string reason) {
  const auto now = host_.now();
  const std::lock_guard lock(mutex_);
  const auto [found, is_new] = halts_.try_emplace(status.account);
  auto& halt = found->second;
  halt.by_notice = false;
  halt.reason = std::move(reason);
  halt.since = std::max(halt.since, at(status.at_ms));
  if (!is_new && status.key != halt.tried_with) return;
  halt.next_try = now + kPause;
  halt.tried_with.clear();
}

void Standing::note_success(const DeliveryStatus& status, call here) {
  const std::lock_guard lock(mutex_);
  if (status.state == DeliveryState::kSent) {
    auto& last = last_sent_[status.account];
    last = std::max(last, at(status.at_ms));
  }
  if (!halts_.empty()) end_halt(status, here);
}

/// Statuses of before come late and in any order: only what was accepted since the halt shows that it is over.
void Standing::end_halt(const DeliveryStatus& status, call here) {
  const auto found = halts_.find(status.account);
  if (found == halts_.end()) return;
  const auto& halt = found->second;
  const bool tried = !status.key.empty() && status.key == halt.tried_with;
  if (!tried && (status.state != DeliveryState::kSent || at(status.at_ms) <= halt.since)) return;
  if (halt.by_notice) board_.take_down_holds();
  halts_.erase(found);
  std::erase_if(alarms_, [&](const auto& entry) {
    return entry.first.first == status.account && gravity_of(entry.first.second) == Gravity::kAccount;
  });
  host_.info(here, "a number that was halted sends again", {{"account", status.account}});
}

void Standing::raise(std::string_view account, std::string_view code, const std::string& reason, call here) {
  const Subject of{account, code};
  {
    const std::lock_guard lock(mutex_);
    alarms_[of] = {.reason = reason, .at = host_.now()};
  }
  tell(of, reason, here);
}

void Standing::tell(const Subject& of, const std::string& reason, call here) {
  const auto& [about, code] = of;
  host_.count("whatsapp_account_alarms_total", 1, {{"account", about}, {"code", code}});
  if (!is_due(of)) return;
  host_.error(here, "Meta warns of " + named(about) + ": " + reason, {{"account", about}, {"code", code}});
}

/// The same is said once an hour.
bool Standing::is_due(const Subject& of) {
  constexpr std::size_t kMost = 10'000;
  const auto now = host_.now();
  const std::lock_guard lock(mutex_);
  if (logged_.size() >= kMost) logged_.clear();
  const auto [found, is_new] = logged_.try_emplace(of, now);
  if (!is_new && now - found->second < kLogAgain) return false;
  found->second = now;
  return true;
}

check Standing::stage() {
  const auto now = host_.now();
  const auto posted = board_.open();
  std::string halted;
  std::string warned;
  const auto add = [](std::string& list, const std::string& text) { list += (list.empty() ? "" : "; ") + text; };
  for (const auto& each : posted)
    add(each.hold == Hold::kEverything ? halted : warned, named(each.about) + ": " + each.reason);
  const std::lock_guard lock(mutex_);
  for (const auto& [of, alarm] : alarms_) {
    const bool halts = halts_.contains(of.first) && gravity_of(of.second) == Gravity::kAccount;
    if (halts || now - alarm.at <= kAlarmLasts) add(halts ? halted : warned, named(of.first) + ": " + alarm.reason);
  }
  if (halted.empty() && warned.empty()) return good("standing");
  if (halted.empty()) return bad("standing", warned, "see the number in WhatsApp Manager");
  return bad("standing", halted + (warned.empty() ? "" : "; ") + warned,
             "repair it, then `agentctl plugin reload`: it tries at once");
}

}  // namespace agente::whatsapp
