#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <random>
#include <string>

#include "base/clock.hpp"
#include "messaging/bulkhead.hpp"
#include "messaging/files_under_way.hpp"
#include "messaging/lanes.hpp"
#include "messaging/meter.hpp"
#include "messaging/parked_accounts.hpp"
#include "plugins/channel.hpp"
#include "store/store.hpp"

namespace agente::messaging {

/// Carries replies to the guests: one message per guest under way, in order, with retries, and a dead letter with its
/// reason when it will never arrive. What a guest's provider takes only once he has written is held until then. Sending
/// is at least once, honestly: an outcome that is not known waits for its receipt, is looked up if the channel can, and
/// is then sent once more, marked possibly_duplicated. Thread-safe.
class Delivery {
 public:
  struct Settings {
    Millis settle{60'000};                    ///< how long an unknown outcome waits for its receipt
    Millis stale{86'400'000};                 ///< a message that waits for longer is not sent any more: a dead letter
    Millis account_pause{15'000};             ///< between two tries of an account that refuses everything
    int workers = 32;                         ///< each waits for a provider's answer, most of a second
    std::function<std::size_t()> channels{};  ///< how many share the workers; one without
    std::function<bool()> gives_way{};        ///< as Lanes::Work
  };
  /// nullptr when no such channel is configured (any more).
  using ChannelOf = std::function<plugins::Channel*(const std::string& channel)>;

  Delivery(store::Store& store, const Clock& clock, Meter& meter, ChannelOf channel_of, Settings settings);

  void start() { lanes_.start(settings_.workers, "delivery"); }
  void stop() { lanes_.stop(); }
  /// How long an unknown outcome waits for its receipt, from here on.
  void set_settle(Millis settle) { settle_ = settle; }
  /// How long a message may wait to be sent, from here on.
  void set_stale(Millis stale) { stale_ = stale; }
  /// There are new rows in the outbox.
  void wake() { lanes_.wake(); }
  /// These rows were held and wait again.
  void again(std::vector<store::Outbound> messages);
  /// As Lanes.
  void hold(store::Parts parts) { lanes_.hold(parts); }
  [[nodiscard]] bool rests(store::Parts parts) { return lanes_.rests(parts); }
  void sweep() { lanes_.sweep(); }
  /// A receipt came for a message of ours: count it, and let the guest's next message go.
  void receipt_changed(const store::Outbound& message);
  /// Sends a dead letter, or one that is held, again. kNotFound, or kConflict when it is neither.
  Result<void> retry(store::Id id);

  /// The accounts from which nothing is sent now, and why.
  [[nodiscard]] std::vector<ParkedAccounts::Parked> parked() const { return parked_.list(); }
  /// Settings were changed, which may have repaired a parked account: it is tried at once.
  void try_parked();

 private:
  /// A row of the outbox in memory. Its own next_attempt_at may be by another host's clock.
  struct Reply : store::Outbound {
    std::optional<Steady> due;  ///< none: this process has just met it

    void take(const store::Outbound& row) { static_cast<store::Outbound&>(*this) = row; }
  };

  std::optional<Steady> deliver(Reply& message);
  std::optional<Steady> attempt(Reply& message, plugins::Channel& channel);
  std::optional<Steady> sent(Reply& message, const std::string& external_id);
  std::optional<Steady> not_sent(Reply& message, const Error& error);
  std::optional<Steady> in_doubt(Reply& message);
  std::optional<Steady> resolve_doubt(Reply& message, plugins::Channel& channel);
  std::optional<Steady> try_again(Reply& message, Millis pause, const Error& error);
  std::optional<Steady> again_in(Reply& message, Millis pause, const Error& error);
  std::optional<Steady> park(Reply& message, const Error& error);
  void hurry(const std::vector<store::GuestKey>& guests);
  std::optional<Steady> dead(Reply& message, const Error& error);
  std::optional<Steady> hold(Reply& message, const Error& error);
  std::optional<Steady> forget(const Reply& message);
  std::optional<Steady> wait(Reply& message, Millis pause);
  [[nodiscard]] bool is_awaited(const store::Outbound& request);
  [[nodiscard]] Time guest_wrote(const store::Outbound& message);
  [[nodiscard]] Millis first_wait(const store::Outbound& message) const;
  [[nodiscard]] bool is_stale(const store::Outbound& message) const;
  std::optional<Steady> too_old(Reply& message, const std::string& why);
  enum class Place { kFirst, kLater, kSettled };
  Place place_of(Reply& message);
  void count_reply(const store::Outbound& message);

  store::Store& store_;
  const Clock& clock_;
  Meter& meter_;
  ChannelOf channel_of_;
  const Settings settings_;
  std::atomic<Millis> settle_;
  std::atomic<Millis> stale_;
  Bulkhead at_channel_;
  FilesUnderWay files_;
  std::mutex random_mutex_;
  std::mt19937 random_{std::random_device{}()};
  ParkedAccounts parked_;
  Lanes<Reply> lanes_;
};

}  // namespace agente::messaging
