#include "messaging/delivery.hpp"

#include <algorithm>
#include <utility>

#include "base/killpoint.hpp"
#include "base/text.hpp"
#include "messaging/backoff.hpp"
#include "messaging/failed.hpp"
#include "messaging/held.hpp"
#include "messaging/outbox_log.hpp"
#include "messaging/receipts.hpp"
#include "store/repositories.hpp"
#include "telemetry/log.hpp"

namespace agente::messaging {
namespace {

using store::OutboundStatus;
using store::outbound::waits;

constexpr Millis kStoreRetry{1000};
// Of a wait that was noted by another process, whose clock may be hours off. A provider that asked for more says so
// again.
constexpr Millis kLongestNoted{60'000};
constexpr Millis kEarlierOne{100};  // another message to the guest was committed later, and is about to be found

/// What a receipt said of an earlier time is over.
void note_sent(store::Outbound& message) {
  message.status = OutboundStatus::kSent;
  if (message.failure_code.empty()) return;
  message.failure_code.clear();
  message.failure_reason.clear();
}

/// Nobody has looked at the message: there are too many before it, and it is told when it may come. No attempt of its
/// own, and nothing to worry about.
bool names_its_turn(const Error& error) { return error.code == Code::kRate && error.retry_after; }

}  // namespace

Delivery::Delivery(store::Store& store, const Clock& clock, Meter& meter, ChannelOf channel_of, Settings settings)
    : store_(store),
      clock_(clock),
      meter_(meter),
      channel_of_(std::move(channel_of)),
      settings_(settings),
      settle_(settings.settle),
      stale_(settings.stale),
      at_channel_(settings_.workers),
      files_(clock),
      parked_(clock, settings.account_pause),
      lanes_(clock,
             {.load = [this](store::Parts parts, store::Id after, int limit) -> std::optional<std::vector<Reply>> {
                std::vector<Reply> page;
                const auto read = store_.read([&](store::sql::Connection& connection) {
                  page.clear();
                  for (auto& row : store::outbound::list_unsent(connection, parts, after, limit)) {
                    page.push_back({std::move(row), {}});
                  }
                });
                if (read) return page;
                log::warn("messaging", "cannot read the outbox: " + read.error().text);
                return std::nullopt;
              },
              .handle = [this](Reply& message) { return deliver(message); },
              .gives_way = settings_.gives_way}) {}

std::optional<Steady> Delivery::deliver(Reply& message) {
  const bool stale = is_stale(message);
  if (!stale) {
    if (const auto rest = parked_.rest_of(message)) return rest;  // before the store is asked, for thousands may wait
    if (const auto rest = files_.rest_of(message)) return rest;
  }
  const auto at_channel = at_channel_.enter(message.guest.channel, settings_.channels ? settings_.channels() : 1);
  if (at_channel == nullptr) return clock_.steady() + at_channel_.until_a_place(message.guest.channel);
  const auto place = place_of(message);
  if (place == Place::kSettled) return std::nullopt;
  if (place == Place::kLater) return clock_.steady() + kEarlierOne;
  // One that a killed process left under way: it may have gone out.
  if (message.status == OutboundStatus::kSending) return in_doubt(message);
  if (is_request_to_write(message) && !is_awaited(message)) return forget(message);
  if (stale && message.status == OutboundStatus::kPending) return too_old(message, message.failure_reason);
  if (!message.due) message.due = clock_.steady() + first_wait(message);
  if (*message.due > clock_.steady()) return message.due;
  auto* channel = channel_of_(message.guest.channel);
  if (channel == nullptr) {
    return try_again(message, Millis{5000}, {Code::kRetry, "channel " + message.guest.channel + " is not running"});
  }
  const bool doubtful = message.status == OutboundStatus::kDoubtful;
  if (const auto rest = parked_.take_turn(message)) return rest;
  return doubtful ? resolve_doubt(message, *channel) : attempt(message, *channel);
}

/// Of a row that this process has just met. When it was written is known by the clock of whoever wrote it: one in doubt
/// may have gone out a moment ago.
Millis Delivery::first_wait(const store::Outbound& message) const {
  if (message.status == OutboundStatus::kDoubtful) return settle_;
  if (!message.next_attempt_at) return Millis{0};
  return std::clamp(*message.next_attempt_at - clock_.now(), Millis{0}, kLongestNoted);
}

/// When he last wrote to the account; 0 when that is not known. Asked at each attempt: he may have written meanwhile.
Time Delivery::guest_wrote(const store::Outbound& message) {
  Time found{};
  const auto read = store_.read([&](store::sql::Connection& connection) {
    found = store::inbound::last_written(connection, message.guest, message.account).value_or(Time{});
  });
  return read ? found : Time{};
}

/// He has been asked in vain if he wrote meanwhile, or somebody took back what was held.
bool Delivery::is_awaited(const store::Outbound& request) {
  std::int64_t held = 1;
  static_cast<void>(store_.read([&](store::sql::Connection& connection) {
    held = store::outbound::count_held(connection, request.guest, request.account);
  }));
  return held > 0;
}

std::optional<Steady> Delivery::attempt(Reply& message, plugins::Channel& channel) {
  message.status = OutboundStatus::kSending;
  ++message.attempts;
  message.next_attempt_at = clock_.now() + settle_.load();
  // Durable before anything leaves: a process killed from here on knows that it may have gone out.
  bool waited = false;
  const auto marked =
      store_.write([&](store::sql::Connection& c) { waited = store::outbound::update_waiting(c, message); });
  if (marked && !waited) return std::nullopt;  // a receipt has settled it, or its guest was erased
  if (!marked) {
    message.status = OutboundStatus::kPending;
    --message.attempts;
    message.next_attempt_at.reset();
    return clock_.steady() + kStoreRetry;
  }
  kill_point("delivery.before_send");
  const auto outcome = channel.send({.key = key_of(message.id),
                                     .account = message.account,
                                     .recipient = message.guest.sender,
                                     .kind = message.kind,
                                     .text = message.text,
                                     .language = message.language,
                                     .reply_to = message.quotes_external_id,
                                     .details = message.details,
                                     .guest_wrote = guest_wrote(message),
                                     .attempt = static_cast<unsigned>(message.attempts)},
                                    message.trace);
  kill_point("delivery.after_send");
  return outcome ? sent(message, *outcome) : not_sent(message, outcome.error());
}

std::optional<Steady> Delivery::sent(Reply& message, const std::string& external_id) {
  hurry(parked_.release(message));
  files_.note_sent(message);  // before its receipt can come
  bool returned = false;
  const auto known = message.returned;
  const auto written = store_.write([&](store::sql::Connection& connection) {
    // A receipt may have overtaken the answer: what it wrote is kept.
    const auto now = store::outbound::find(connection, message.id);
    returned = now && now->returned > known;
    if (now && (returned || !waits(now->status))) message.take(*now);
    if (returned) return;
    if (waits(message.status)) note_sent(message);
    if (!message.sent_at) message.sent_at = clock_.now();
    message.external_id = external_id;
    message.next_attempt_at.reset();
    store::outbound::update(connection, message);
  });
  // It is out; only our note of it is missing. As after a kill, its receipt or a look-up will tell.
  if (!written) return clock_.steady() + settle_.load();
  kill_point("delivery.after_commit");
  if (message.status != OutboundStatus::kSent) files_.note_end(message);
  if (returned) return *(message.due = clock_.steady() + first_wait(message));
  meter_.outbound(message.guest.channel, "sent");
  log::info("messaging", message.guest.channel + " reply sent",
            {{"to", mask(message.guest.sender)}, {"id", std::to_string(message.id)}, {"trace", message.trace}});
  count_reply(message);
  return std::nullopt;
}

std::optional<Steady> Delivery::not_sent(Reply& message, const Error& error) {
  switch (error.code) {
    case Code::kRetry:
    case Code::kRate:
    case Code::kTimeout:
    case Code::kCancelled: {
      if (names_its_turn(error)) --message.attempts;
      const std::lock_guard lock(random_mutex_);
      const auto longest = error.code == Code::kRate ? kLongestRateBackoff : kLongestBackoff;
      return try_again(message, error.retry_after.value_or(backoff(message.attempts, random_, longest)), error);
    }
    case Code::kAuth:
    case Code::kConfig:
      return park(message, error);
    case Code::kConflict:
      return hold(message, error);
    case Code::kNotFound:
      return is_request_to_write(message) ? forget(message) : dead(message, error);
    case Code::kUnknownOutcome:
      message.failure_reason = error.text;
      log::warn("messaging", message.guest.channel + " reply in doubt: " + error.text,
                {{"id", std::to_string(message.id)}, {"trace", message.trace}});
      return in_doubt(message);
    default:
      return dead(message, error);
  }
}

std::optional<Steady> Delivery::in_doubt(Reply& message) {
  message.status = OutboundStatus::kDoubtful;
  return wait(message, settle_);
}

std::optional<Steady> Delivery::resolve_doubt(Reply& message, plugins::Channel& channel) {
  const auto found = channel.lookup(key_of(message.id), message.trace);
  if (found) return sent(message, *found);
  if (is_stale(message)) return too_old(message, "whether it was sent is not known");
  if (found.error().code != Code::kNotFound) message.possibly_duplicated = true;
  message.status = OutboundStatus::kPending;
  return attempt(message, channel);
}

/// It has waited for so long that its guest has other questions by now, whoever wrote it.
bool Delivery::is_stale(const store::Outbound& message) const {
  return clock_.now() - message.created_at > stale_.load();
}

std::optional<Steady> Delivery::too_old(Reply& message, const std::string& why) {
  const auto minutes = std::chrono::floor<std::chrono::minutes>(stale_.load()).count();
  const auto limit = minutes % 60 == 0 && minutes > 60 ? std::to_string(minutes / 60) + " hours"
                                                       : std::to_string(minutes) + " minutes";
  return dead(message, {Code::kTimeout, "too old to be of use, it waited for more than " + limit +
                                            (why.empty() ? std::string() : ": " + why)});
}

std::optional<Steady> Delivery::try_again(Reply& message, Millis pause, const Error& error) {
  return is_stale(message) ? too_old(message, error.text) : again_in(message, pause, error);
}

std::optional<Steady> Delivery::again_in(Reply& message, Millis pause, const Error& error) {
  message.status = OutboundStatus::kPending;
  message.failure_reason = error.text;
  log::write(names_its_turn(error) ? log::Level::kDebug : log::Level::kWarn, "messaging",
             message.guest.channel + " reply waits: " + error.text,
             {{"id", std::to_string(message.id)},
              {"attempts", std::to_string(message.attempts)},
              {"wait_ms", std::to_string(pause.count())},
              {"trace", message.trace}});
  return wait(message, pause);
}

/// The message itself is free to go: it is its account that waits, and that was refused.
std::optional<Steady> Delivery::park(Reply& message, const Error& error) {
  --message.attempts;
  const auto next_try = parked_.park(message, error.text);
  again_in(message, settings_.account_pause, error);
  message.due = clock_.steady();
  return next_try;
}

void Delivery::again(std::vector<store::Outbound> messages) {
  for (auto& message : messages) lanes_.add({std::move(message), {}});
}

void Delivery::try_parked() { hurry(parked_.try_now()); }

void Delivery::hurry(const std::vector<store::GuestKey>& guests) {
  for (const auto& guest : guests) lanes_.hurry(guest);
}

std::optional<Steady> Delivery::dead(Reply& message, const Error& error) {
  message.status = OutboundStatus::kFailed;
  message.failure_code.clear();  // of an earlier time
  message.failure_reason = error.text;
  message.next_attempt_at.reset();
  bool waited = false;
  const auto written = store_.write([&](store::sql::Connection& connection) {
    waited = store::outbound::update_waiting(connection, message);
    if (waited) note_failed(connection, message, clock_.now());
  });
  if (!written) return clock_.steady() + kStoreRetry;
  if (!waited) return std::nullopt;  // a receipt has settled it, which is nearer to the truth
  meter_.outbound(message.guest.channel, "failed");
  log_failed(message);
  return std::nullopt;
}

/// What the guest's provider takes only once he has written.
std::optional<Steady> Delivery::hold(Reply& message, const Error& error) {
  message.status = OutboundStatus::kHeld;
  message.failure_reason = error.text;
  message.next_attempt_at.reset();
  bool waited = false;
  const auto written = store_.write([&](store::sql::Connection& connection) {
    waited = store::outbound::update_waiting(connection, message);
    if (waited) note_held(connection, message, clock_.now());
  });
  if (!written) return clock_.steady() + kStoreRetry;
  if (waited) receipt_changed(message);
  return std::nullopt;
}

/// Nobody can be asked to write, or nothing waits for it any more.
std::optional<Steady> Delivery::forget(const Reply& message) {
  const auto written =
      store_.write([&](store::sql::Connection& connection) { store::outbound::remove(connection, message); });
  if (!written) return clock_.steady() + kStoreRetry;
  return std::nullopt;
}

/// The moment is noted for people and for whoever takes over; this process goes by its own `due`.
std::optional<Steady> Delivery::wait(Reply& message, Millis pause) {
  message.next_attempt_at = clock_.now() + pause;
  message.due = clock_.steady() + pause;
  bool waited = false;
  bool returned = false;
  const auto known = message.returned;
  const auto written = store_.write([&](store::sql::Connection& connection) {
    const auto now = store::outbound::find(connection, message.id);
    returned = now && now->returned > known;  // its receipt was quicker than we, and knows better
    if (returned) message.take(*now);
    waited = returned || store::outbound::update_waiting(connection, message);
  });
  if (written && !waited) return std::nullopt;
  if (returned) message.due = clock_.steady() + first_wait(message);
  return written ? *message.due : clock_.steady() + kStoreRetry;
}

/// A receipt may have settled it meanwhile, and one that was committed later may have to go before it.
Delivery::Place Delivery::place_of(Reply& message) {
  std::optional<store::Outbound> now;
  std::optional<store::Id> next;
  const auto read = store_.read([&](store::sql::Connection& c) {
    now = store::outbound::find(c, message.id);
    next = store::outbound::next_to(c, message.guest);
  });
  if (!read) return Place::kFirst;
  if (now) message.take(*now);
  if (!now || !waits(now->status)) return Place::kSettled;
  return next && *next < message.id ? Place::kLater : Place::kFirst;
}

void Delivery::receipt_changed(const store::Outbound& message) {
  files_.note_end(message);
  if (message.status == OutboundStatus::kPending) {
    log_returned(message);
    lanes_.add({message, {}});
    return lanes_.hurry(message.guest);
  }
  meter_.outbound(message.guest.channel, store::name_of(message.status));
  if (message.status == OutboundStatus::kFailed) log_failed(message);
  if (message.status == OutboundStatus::kHeld) {
    log_held(message);
    lanes_.wake();  // the guest may be asked to write
  }
  lanes_.hurry(message.guest);
}

void Delivery::count_reply(const store::Outbound& message) {
  if (message.in_reply_to == 0 || message.returned > 0) return;  // timed when it was taken first
  const auto read = store_.read([&](store::sql::Connection& connection) {
    const auto replies = store::outbound::list_replies_to(connection, message.in_reply_to);
    const auto question = store::inbound::find(connection, message.in_reply_to);
    if (!question || replies.empty() || replies.front().id != message.id || !message.sent_at) return;
    meter_.replied(std::chrono::duration<double>(*message.sent_at - question->received_at).count());
  });
  if (!read) log::debug("messaging", "reply not timed: " + read.error().text);
}

Result<void> Delivery::retry(store::Id id) {
  std::optional<store::Outbound> again;
  Result<void> verdict;
  auto written = store_.write([&](store::sql::Connection& connection) {
    again = store::outbound::find(connection, id);
    verdict = {};
    if (!again) {
      verdict = Error{Code::kNotFound, "no outgoing message " + std::to_string(id) + "; see agentctl messages"};
    } else if (again->status != OutboundStatus::kFailed && again->status != OutboundStatus::kHeld) {
      verdict =
          Error{Code::kConflict, "message " + std::to_string(id) + " is " + std::string(store::name_of(again->status)) +
                                     ", not failed or held; see agentctl messages --status failed"};
    } else {
      again->status = OutboundStatus::kPending;
      again->attempts = 0;
      again->returned = 0;
      again->created_at = clock_.now();
      again->next_attempt_at.reset();
      again->failure_code.clear();
      again->failure_reason.clear();  // external_id stays: receipts of the first time are told by it
      store::outbound::update(connection, *again);
    }
  });
  if (!written) return written;
  if (verdict) lanes_.add({std::move(*again), {}});
  return verdict;
}

}  // namespace agente::messaging
