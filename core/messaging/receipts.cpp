#include "messaging/receipts.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "messaging/failed.hpp"
#include "messaging/held.hpp"

namespace agente::messaging {
namespace {

constexpr std::string_view kPrefix = "out-";
constexpr int kMostReturns = 3;

// Where a state stands in the life of a message; a receipt moves it only forward. What has reached the guest has not
// failed, whatever came first.
int rank(store::OutboundStatus status) {
  using enum store::OutboundStatus;
  switch (status) {
    case kPending:
    case kSending:
    case kDoubtful:
      return 0;
    case kSent:
      return 1;
    case kFailed:
    case kHeld:
      return 2;
    case kDelivered:
      return 3;
    case kRead:
      return 4;
  }
  return 0;
}

store::OutboundStatus status_of(plugins::ReceiptState state) {
  switch (state) {
    case plugins::ReceiptState::kSent:
      return store::OutboundStatus::kSent;
    case plugins::ReceiptState::kDelivered:
      return store::OutboundStatus::kDelivered;
    case plugins::ReceiptState::kRead:
      return store::OutboundStatus::kRead;
    case plugins::ReceiptState::kFailed:
    case plugins::ReceiptState::kAgain:  // where it may not go again
      return store::OutboundStatus::kFailed;
    case plugins::ReceiptState::kClosed:
      return store::OutboundStatus::kHeld;
  }
  return store::OutboundStatus::kSent;
}

std::optional<store::Outbound> find_message(store::sql::Connection& connection, std::string_view channel,
                                            const plugins::Receipt& receipt) {
  if (const auto id = outbound_of(receipt.key)) {
    auto message = store::outbound::find(connection, *id);
    const bool ours = message && message->guest.channel == channel &&
                      (store::outbound::waits(message->status) || message->external_id == receipt.external_id ||
                       message->external_id.empty() || message->possibly_duplicated);
    if (ours) return message;
  }
  return store::outbound::find_by_external_id(connection, channel, receipt.external_id);
}

/// A dead letter that is sent again keeps its old id until it has a new one, and providers repeat what they told of
/// that. Only that it reached the guest after all is news.
bool is_old_news(const store::Outbound& message, const plugins::Receipt& receipt) {
  return store::outbound::waits(message.status) && !message.external_id.empty() &&
         message.external_id == receipt.external_id &&
         rank(status_of(receipt.state)) <= rank(store::OutboundStatus::kFailed);
}

/// The provider tells of the time that we know of, not of another copy of a message that may have been sent twice.
bool tells_of_this_time(const store::Outbound& message, const plugins::Receipt& receipt) {
  if (message.returned > 0 && message.status == store::OutboundStatus::kPending) return false;  // told already
  return store::outbound::waits(message.status) || message.external_id.empty() ||
         message.external_id == receipt.external_id;
}

bool may_go_again(const store::Outbound& message) {
  return rank(message.status) <= rank(store::OutboundStatus::kSent) && message.returned < kMostReturns;
}

void note_reason(store::Outbound& message, const plugins::Receipt& receipt) {
  message.failure_code = receipt.code;
  message.failure_reason = receipt.code.empty() ? receipt.reason : receipt.code + " " + receipt.reason;
}

/// 5, 20 and 60 seconds from now: providers want who comes too often to wait longer each time.
store::Outbound put_back(store::sql::Connection& connection, store::Outbound message, const plugins::Receipt& receipt,
                         Time now) {
  message.status = store::OutboundStatus::kPending;
  ++message.returned;
  note_reason(message, receipt);
  if (!receipt.external_id.empty()) message.external_id = receipt.external_id;
  message.next_attempt_at = now + std::min(Millis{5'000} * (1 << (2 * (message.returned - 1))), Millis{60'000});
  store::outbound::update(connection, message);
  return message;
}

}  // namespace

std::string key_of(store::Id outbound) { return std::string(kPrefix) + std::to_string(outbound); }

std::optional<store::Id> outbound_of(std::string_view key) {
  if (!key.starts_with(kPrefix)) return std::nullopt;
  key.remove_prefix(kPrefix.size());
  store::Id id = 0;
  const auto [end, failure] = std::from_chars(key.data(), key.data() + key.size(), id);
  if (failure != std::errc{} || end != key.data() + key.size()) return std::nullopt;
  return id;
}

std::optional<store::Outbound> apply_receipt(store::sql::Connection& connection, std::string_view channel,
                                             const plugins::Receipt& receipt, Time now) {
  auto message = find_message(connection, channel, receipt);
  if (!message || is_old_news(*message, receipt)) return std::nullopt;
  if (receipt.state == plugins::ReceiptState::kAgain) {
    if (!tells_of_this_time(*message, receipt)) return std::nullopt;
    if (may_go_again(*message)) return put_back(connection, *std::move(message), receipt, now);
  }
  const bool waited = store::outbound::waits(message->status);
  auto next = status_of(receipt.state);
  if (next == store::OutboundStatus::kHeld && is_request_to_write(*message)) next = store::OutboundStatus::kFailed;
  const bool forward = rank(next) > rank(message->status);
  const bool failed = next == store::OutboundStatus::kFailed || next == store::OutboundStatus::kHeld;
  if (!forward && !(failed && message->failure_code.empty())) return std::nullopt;
  if (forward) message->status = next;
  if (failed) {
    note_reason(*message, receipt);
  } else if (waited) {  // of an earlier time
    message->failure_code.clear();
    message->failure_reason.clear();
  }
  if ((message->external_id.empty() || waited) && !receipt.external_id.empty()) {
    message->external_id = receipt.external_id;
  }
  if (!message->sent_at && !failed) message->sent_at = now;
  message->next_attempt_at.reset();
  store::outbound::update(connection, *message);
  if (!forward) return std::nullopt;
  if (message->status == store::OutboundStatus::kHeld) note_held(connection, *message, now);
  if (message->status == store::OutboundStatus::kFailed) note_failed(connection, *message, now);
  return message;
}

}  // namespace agente::messaging
