#pragma once

#include <array>
#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_set>

#include "simulators/common/faults.hpp"
#include "simulators/common/journal.hpp"
#include "simulators/whatsapp/courier.hpp"
#include "simulators/whatsapp/groups.hpp"
#include "simulators/whatsapp/guest_book.hpp"
#include "simulators/whatsapp/media.hpp"
#include "simulators/whatsapp/options.hpp"
#include "simulators/whatsapp/rates.hpp"
#include "simulators/whatsapp/subscriptions.hpp"
#include "simulators/whatsapp/templates.hpp"
#include "simulators/whatsapp/webhook.hpp"
#include "simulators/whatsapp/window.hpp"

namespace agente::sim::whatsapp {

/// Every failure this simulator can play, and when: instead of the token check, before or after a message is accepted,
/// with its statuses, in what is answered to a template, with a guest's message, with any webhook (its signature, what
/// it says, how that is written), when a file is fetched, or when a client comes over TLS.
inline constexpr std::array kFaults{
    FaultKind{"token_expired", "token"},
    FaultKind{"token_no_scope", "token"},
    FaultKind{"error_500", "before"},
    FaultKind{"error_500_html", "before"},
    FaultKind{"rate_429", "before"},
    FaultKind{"app_limit", "before"},
    FaultKind{"undeliverable", "before"},
    FaultKind{"timeout_before", "before"},
    FaultKind{"reset_before", "before"},
    FaultKind{"code", "before"},
    FaultKind{"timeout_after", "after"},
    FaultKind{"reset_after", "after"},
    FaultKind{"truncated_json", "after"},
    FaultKind{"empty_body", "after"},
    FaultKind{"no_messages_member", "after"},
    FaultKind{"slow_trickle", "after"},
    FaultKind{"template_held", "template"},
    FaultKind{"template_paused", "template"},
    FaultKind{"status_failed", "status"},
    FaultKind{"status_drop", "status"},
    FaultKind{"status_duplicate", "status"},
    FaultKind{"status_reversed", "status"},
    FaultKind{"status_no_delivered", "status"},
    FaultKind{"status_early", "status"},
    FaultKind{"guest_duplicate", "guest"},
    FaultKind{"webhook_bad_signature", "webhook"},
    FaultKind{"webhook_no_signature", "webhook"},
    FaultKind{"webhook_sha1_only", "webhook"},
    FaultKind{"webhook_old_secret", "webhook"},
    FaultKind{"webhook_raw_utf8", "bytes"},
    FaultKind{"webhook_3mb", "body"},
    FaultKind{"webhook_over_3mb", "body"},
    FaultKind{"webhook_deep", "body"},
    FaultKind{"webhook_nulls", "body"},
    FaultKind{"webhook_unknown_field", "body"},
    FaultKind{"webhook_unknown_type", "body"},
    FaultKind{"webhook_unknown_status", "body"},
    FaultKind{"webhook_foreign_number", "body"},
    FaultKind{"media_wrong_hash", "media"},
    FaultKind{"media_redirect", "media"},
    FaultKind{"media_gone", "media"},
    FaultKind{"tls_handshake", "tls"},
    FaultKind{"tls_expired", "tls"},
    FaultKind{"tls_wrong_host", "tls"},
};

/// The ids of messages from guests, the newest 100,000: only those can be marked as read. Thread-safe.
class GuestIds {
 public:
  void add(const std::string& id);
  [[nodiscard]] bool has(const std::string& id) const;
  void clear();

 private:
  mutable std::mutex mutex_;
  std::unordered_set<std::string> ids_;
  std::deque<std::string> order_;
};

/// Tells what happens, a line each, to whoever watches. Called from any thread.
using Story = std::function<void(const std::string& line)>;

/// What the parts of the simulator share. They only refer to it.
struct World {
  World(Options wanted, Now clock, Story teller);

  const Options options;
  std::atomic<std::uint64_t> nameless{};           ///< how many events had no id of their own
  std::atomic<std::chrono::seconds> ahead{};       ///< of the real time; moved by whoever tests
  std::atomic<std::chrono::seconds> token_ends{};  ///< in Unix time; 0: never
  const Now now;
  const Story story;
  Journal journal;
  Faults faults;
  Rates rates;
  GuestIds guest_ids;
  GuestBook guests;
  Groups groups;
  Window window;
  Templates templates;
  Media media;
  Report report;
  Courier courier;  // its threads use the journal and the faults
  Subscriptions subscriptions;

  [[nodiscard]] BusinessNumber number(const std::string& phone_number_id) const;
  [[nodiscard]] std::string unix_time(std::chrono::milliseconds later = {}) const;
  /// The id of an event that has none at Meta, for log and report: "raw-1". None comes twice.
  [[nodiscard]] std::string new_name(const std::string& event);
  /// The token ends in so long, by the simulator's clock; 0: never.
  void token_lives(std::chrono::seconds life);
  [[nodiscard]] bool token_is_over() const;
  /// Arms a fault. Returns why not, if it cannot.
  [[nodiscard]] std::optional<std::string> arm(FaultRule rule);
  /// What the next client that comes over TLS is shown, as the faults will have it; noted in the journal.
  [[nodiscard]] Shown shown();
  /// Tells "<guest> <arrow> <text>" on one line, without control characters.
  void tell(const std::string& guest, const char* arrow, const std::string& text) const;
};

}  // namespace agente::sim::whatsapp
