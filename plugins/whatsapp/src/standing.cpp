#include "standing.hpp"

#include <algorithm>

#include "graph_errors.hpp"
#include "graph_get.hpp"

namespace agente::whatsapp {
namespace {

using namespace std::chrono_literals;

constexpr auto kPause = 5min;
constexpr auto kAlarmLasts = 24h;
constexpr auto kLogAgain = 1h;

time_point at(std::int64_t ms) { return time_point{std::chrono::milliseconds{ms}}; }

/// "131042 Payment issue: add a means of payment".
std::string in_words(std::string_view code, std::string_view reason) {
  auto text = std::string{code} + " " + std::string{reason};
  const auto remedy = remedy_of(code);
  return remedy.empty() ? text : text + ": " + std::string{remedy};
}

/// A notice says itself what it is about; else it is one of our numbers.
std::string named(std::string_view about) {
  const bool id = about.find_first_not_of("0123456789") == std::string_view::npos;
  return (id ? "number " : "") + std::string{about};
}

}  // namespace

void Standing::admit(const outbound& message) {
  const auto now = host_.now();
  const std::lock_guard lock(mutex_);
  if (message.kind == "template") refuse_template(message.account, now);
  if (halts_.empty()) return;  // nearly always
  const auto found = halts_.find(message.account);
  if (found == halts_.end()) return;
  auto& halt = found->second;
  if (message.key == halt.tried_with) return;  // once more, as text or in the guest's other form
  if (now < halt.next_try) throw error(AGENTE_E_AUTH, halt.reason);
  halt.next_try = now + kPause;
  halt.tried_with = message.key;
}

void Standing::refuse_template(std::string_view account, time_point now) const {
  for (const auto& [of, alarm] : alarms_) {
    if (of.first != account || gravity_of(of.second) != Gravity::kWarning || now - alarm.at > kAlarmLasts) continue;
    throw error(AGENTE_E_INVALID, "Meta restricts templates of this number: " + alarm.reason);
  }
}

void Standing::note(const DeliveryStatus& status, call here) {
  if (status.state != DeliveryState::kFailed) return note_success(status, here);
  const auto gravity = gravity_of(status.code);
  if (gravity == Gravity::kMessage || (gravity == Gravity::kAccount && !tells_of_now(status))) return;
  const auto reason = in_words(status.code, status.reason);
  raise(status.account, status.code, reason, here);
  if (gravity == Gravity::kAccount) halt(status, reason);
}

void Standing::note(const Notice& notice, call here) {
  const auto reason = notice.event + (notice.detail.empty() ? "" : ": " + notice.detail);
  if (notice.is_bad) return raise(notice.about, notice.event, reason, here);
  host_.info(here, "Meta says of " + notice.about + ": " + reason);
  const std::lock_guard lock(mutex_);
  std::erase_if(alarms_, [&](const auto& entry) { return entry.first.first == notice.about; });
}

void Standing::note_refusal(std::string_view account, std::string_view code, std::string_view reason, call here) {
  // A number that refuses all by its answers is parked by the host, which tells of it.
  if (gravity_of(code) == Gravity::kWarning) raise(account, code, std::string{reason}, here);
}

/// Meta repeats statuses for days; and what another tool sends from the same number carries no key of ours and may be
/// paid for otherwise than replies.
bool Standing::tells_of_now(const DeliveryStatus& failure) const {
  if (failure.key.empty() || at(failure.at_ms) < began_) return false;
  const std::lock_guard lock(mutex_);
  const auto sent = last_sent_.find(failure.account);
  return sent == last_sent_.end() || at(failure.at_ms) >= sent->second;
}

/// What else fails while the number is halted was sent before: it neither puts the next try off nor decides one.
void Standing::halt(const DeliveryStatus& status, std::string reason) {
  const auto now = host_.now();
  const std::lock_guard lock(mutex_);
  const auto [found, is_new] = halts_.try_emplace(status.account);
  auto& halt = found->second;
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
  halts_.erase(found);
  std::erase_if(alarms_, [&](const auto& entry) {
    return entry.first.first == status.account && gravity_of(entry.first.second) == Gravity::kAccount;
  });
  host_.info(here, "a number that was halted sends again", {{"account", status.account}});
}

void Standing::raise(std::string_view account, std::string_view code, const std::string& reason, call here) {
  host_.count("whatsapp_account_alarms_total", 1, {{"account", account}, {"code", code}});
  const auto now = host_.now();
  const std::lock_guard lock(mutex_);
  auto& alarm = alarms_[{std::string{account}, std::string{code}}];
  alarm.reason = reason;
  alarm.at = now;
  if (now - alarm.logged < kLogAgain) return;
  alarm.logged = now;
  host_.error(here, "Meta warns of " + named(account) + ": " + reason, {{"account", account}, {"code", code}});
}

check Standing::stage() const {
  const auto now = host_.now();
  const std::lock_guard lock(mutex_);
  std::string halted;
  std::string warned;
  for (const auto& [of, alarm] : alarms_) {
    const bool halts = halts_.contains(of.first) && gravity_of(of.second) == Gravity::kAccount;
    if (!halts && now - alarm.at > kAlarmLasts) continue;
    auto& list = halts ? halted : warned;
    list += (list.empty() ? "" : "; ") + named(of.first) + ": " + alarm.reason;
  }
  if (halted.empty() && warned.empty()) return good("standing");
  if (halted.empty()) return bad("standing", warned, "see the number in WhatsApp Manager");
  return bad("standing", halted + (warned.empty() ? "" : "; ") + warned,
             "repair it, then `agentctl plugin reload`: it tries at once");
}

}  // namespace agente::whatsapp
