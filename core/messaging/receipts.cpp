#include "messaging/receipts.hpp"

#include <charconv>

#include "messaging/held.hpp"

namespace agente::messaging {
namespace {

constexpr std::string_view kPrefix = "out-";

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
  const bool waited = store::outbound::waits(message->status);
  const auto next = status_of(receipt.state);
  const bool forward = rank(next) > rank(message->status);
  const bool failed = next == store::OutboundStatus::kFailed || next == store::OutboundStatus::kHeld;
  if (!forward && !(failed && message->failure_code.empty())) return std::nullopt;
  if (forward) message->status = next;
  if (failed) {
    message->failure_code = receipt.code;
    message->failure_reason = receipt.code.empty() ? receipt.reason : receipt.code + " " + receipt.reason;
  }
  if ((message->external_id.empty() || waited) && !receipt.external_id.empty()) {
    message->external_id = receipt.external_id;
  }
  if (!message->sent_at && !failed) message->sent_at = now;
  message->next_attempt_at.reset();
  store::outbound::update(connection, *message);
  if (message->status == store::OutboundStatus::kHeld && forward) note_held(connection, *message, now);
  return message;
}

}  // namespace agente::messaging
