#include "staging.hpp"

#include <algorithm>
#include <map>

#include "graph_errors.hpp"
#include "numbers.hpp"

namespace agente::whatsapp {
namespace {

/// Of one webhook, three times what Meta sends; each is written by itself.
constexpr std::size_t kMostPreferences = 3'000;

void count(const host& services, std::string_view kind, std::size_t by) {
  services.count("whatsapp_webhook_events_total", static_cast<double>(by), {{"kind", kind}});
}

/// As after an answer that does not say how long.
constexpr std::chrono::minutes kPauseOfAll{5};

time_point at(std::int64_t ms) { return time_point{std::chrono::milliseconds{ms}}; }

inbound to_inbound(const GuestMessage& message, const std::string& sender) {
  return {.account = message.account,
          .external_id = message.id,
          .sender = sender,
          .sender_name = message.sender_name,
          .kind = message.kind,
          .text = message.text,
          .reply_to = message.reply_to,
          .raw = std::string{message.raw},
          .provider_time = at(message.written_ms),
          .group = message.group,
          .choice = message.choice};
}

receipt_state to_state(DeliveryState state) {
  switch (state) {
    case DeliveryState::kSent:
      return receipt_state::sent;
    case DeliveryState::kDelivered:
      return receipt_state::delivered;
    case DeliveryState::kRead:
      return receipt_state::read;
    case DeliveryState::kFailed:
      return receipt_state::failed;
  }
  return receipt_state::sent;
}

/// The sender under whom the host knows whom it was for.
std::string guest_of(const DeliveryStatus& status, Guestbook& guests) { return guests.sender_of(status.ids, {}); }

/// What a failure says beyond its message.
void note_failure(const DeliveryStatus& status, const Told& told, time_point now) {
  // Meta repeats for days: what it said of then is not of now.
  const bool fresh = now - at(status.at_ms) < std::chrono::minutes{1};
  if (status.code == kNumbersThroughput && fresh) told.numbers.slow_down(status.account, now);
  if (is_limit_of_all(status.code) && status.code != kNumbersThroughput && fresh)
    told.numbers.pause(status.account, now, kPauseOfAll);
  if (status.code == kMarketingStopped) told.stops.note_stop(guest_of(status, told.guests), true, at(status.at_ms));
}

/// Of a message of ours: what others send from the same number carries no key.
bool is_of_unknown_number(const DeliveryStatus& status) {
  return status.state == DeliveryState::kFailed && !status.key.empty() && is_unknown_number(status.code) &&
         !other_form(status.ids.phone).empty();
}

/// What went to the guest's own number may go to its other form, and what went there has failed.
receipt_state failure_of(const DeliveryStatus& status, Guestbook& guests) {
  if (is_closed_window(status.code)) return receipt_state::closed;
  if (may_come_again(status.code)) return receipt_state::again;
  const bool has_another = is_of_unknown_number(status) && guest_of(status, guests) == status.ids.phone;
  return has_another ? receipt_state::again : receipt_state::failed;
}

receipt to_receipt(const DeliveryStatus& status, Guestbook& guests) {
  const bool failed = status.state == DeliveryState::kFailed;
  return {.state = failed ? failure_of(status, guests) : to_state(status.state),
          .account = status.account,
          .key = status.key,
          .external_id = status.id,
          .code = status.code,
          .reason = with_remedy(status.reason, status.code),
          .provider_time = at(status.at_ms)};
}

std::string_view event_of(const GuestMessage& message) {
  if (message.kind == "echo") return "smb_message_echoes";
  return message.kind == "history" ? "history" : "message";
}

/// Runs `put` for each; gives how many belonged to a number of ours.
template <class Events, class Put>
std::size_t stage_each(const Told& told, const Events& events, call here, Put put) {
  std::size_t ours = 0;
  for (const auto& event : events) {
    try {
      put(event);
      ++ours;
    } catch (const error& e) {
      if (e.code() != AGENTE_E_NOT_FOUND) throw;
      told.standing.note_stranger(event.account, here);
    }
  }
  return ours;
}

bool is_of_ours(const Told& told, const std::string& waba) {
  return told.waba_id.empty() || waba.empty() || waba == told.waba_id;
}

/// What is said of the account as a whole; gives how much of it was of another's.
std::size_t tell_of_account(const host& services, const Told& told, const WebhookBody& body, call here) {
  std::size_t foreign = 0;
  for (const auto& notice : body.notices) {
    const bool ours = is_of_ours(told, notice.waba);
    foreign += ours ? 0 : 1;
    if (ours) told.standing.note(notice, here);
  }
  for (const auto& report : body.reports) {
    if (!is_of_ours(told, report.waba) || told.standing.is_stranger(report.account)) {
      ++foreign;
      continue;
    }
    count(services, "account_report", 1);
    told.standing.note(report, here);
    if (report.code == kNumbersThroughput) told.numbers.slow_down(report.account, services.now());
  }
  return foreign;
}

}  // namespace

void stage(const host& services, const Told& told, const WebhookBody& body, call here) {
  Guestbook::News news;
  told.guests.read(body, news);
  std::map<std::string_view, std::size_t> kept;
  const auto messages = stage_each(told, body.messages, here, [&](const GuestMessage& m) {
    services.accept(here, to_inbound(m, told.guests.sender_of(m.ids, news)));
    told.guests.learn(m.ids, news, here);  // of ours only: accept refuses what is for a foreign number
    if (!m.moved_to.any().empty())
      told.guests.learn(GuestMove{.from = m.ids, .to = m.moved_to, .at_ms = m.written_ms}, news, here);
    ++kept[event_of(m)];
  });
  const auto statuses = stage_each(told, body.statuses, here, [&](const DeliveryStatus& s) {
    services.receipt(here, to_receipt(s, told.guests));  // refuses what is of a foreign number
    if (is_of_unknown_number(s)) told.guests.try_other_form(guest_of(s, told.guests), s.ids.phone, s.at_ms);
    told.guests.learn(s.ids, news, here);
    told.standing.note(s, here);
    note_failure(s, told, services.now());
  });
  for (const auto& move : body.moves)
    if (told.guests.knows(move.from, news)) told.guests.learn(move, news, here);
  const auto preferences = std::min(body.preferences.size(), kMostPreferences);
  for (std::size_t i = 0; i < preferences; ++i) {
    const auto& each = body.preferences[i];
    if (!told.standing.is_stranger(each.account))
      told.stops.note_stop(told.guests.sender_of(each.ids, news), each.stopped, at(each.at_ms));
  }
  const auto foreign =
      body.messages.size() - messages + body.statuses.size() - statuses + tell_of_account(services, told, body, here);
  for (const auto& [kind, number] : kept) count(services, kind, number);
  count(services, "status", statuses);
  if (foreign > 0) count(services, "foreign_account", foreign);
  for (const auto& [name, number] : body.rest) count(services, name, number);
  for (const auto& field : body.unknown_fields) told.standing.note_unknown(field, here);
}

void declare_events(const host& services) {
  for (const auto* kind :
       {"message", "status", "foreign_account", "incomplete", "unreadable", "account_report", "other_status", "other"})
    count(services, kind, 0);
}

}  // namespace agente::whatsapp
