#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "messaging/meter.hpp"
#include "plugins/channel.hpp"
#include "store/store.hpp"

namespace agente::messaging {

/// The durable door: what a channel staged is committed here, and only then may the provider be answered. Thread-safe.
/// It must outlive what has arrived and is not yet durable.
///
/// On a database far away those that come together share one transaction and one INSERT, which is what it is slow at.
/// Nobody waits for company: while one batch is on its way, the next one gathers.
class Intake {
 public:
  struct Told {
    std::function<void()> message_came;                           ///< something new to be understood
    std::function<void(const store::Outbound&)> receipt_changed;  ///< a message of ours went on, or failed
    std::function<void()> file_came = [] {};                      ///< one is wanted of a guest's
  };

  Intake(store::Store& store, const Clock& clock, Meter& meter, Told told);

  struct Accepted {
    int fresh = 0;       ///< messages seen for the first time
    int duplicates = 0;  ///< known already; answered 200 all the same
    int receipts = 0;
  };
  /// kRetry when it cannot be made durable now: answer 503, the provider comes again.
  Result<Accepted> commit(const std::string& channel, plugins::Staged staged, std::string_view trace);

  /// How it ended; asked once, and it tells those who wait for messages.
  using Outcome = std::function<Result<Accepted>()>;
  /// The same for who does not wait: told once, maybe before the return. On the thread that commits, so `Outcome` must
  /// be asked on another one.
  void commit_later(const std::string& channel, plugins::Staged staged, std::string_view trace,
                    std::function<void(Outcome)> durable);

  /// So much comes in that what can wait should.
  [[nodiscard]] bool is_crowded() const;
  /// What waits for its batch.
  [[nodiscard]] store::Backlog backlog();

 private:
  static constexpr std::size_t kMostTogether = 512;
  static constexpr std::size_t kMostBytes = std::size_t{8} << 20U;
  static constexpr std::size_t kMostBytesInside = std::size_t{64} << 20U;
  // One batch is written while the next one is brought to the database. The embedded store gathers better by itself.
  static constexpr int kBatches = 2;
  static constexpr std::size_t kCrowd = 16;  // at once
  static constexpr Millis kCrowdLasts{100};

  struct Arrival;
  using Batch = std::vector<std::shared_ptr<Arrival>>;

  Result<void> enter(const std::shared_ptr<Arrival>& arrival);
  void send_off();
  Batch next_batch();
  void write(Batch batch);
  void settle(const Batch& batch, const Result<void>& written);
  Result<Accepted> outcome(const Arrival& arrival);

  store::Store& store_;
  const Clock& clock_;
  Meter& meter_;
  Told told_;
  const int most_under_way_;
  std::mutex mutex_;
  std::deque<std::shared_ptr<Arrival>> waiting_;  // not yet in a batch
  int under_way_ = 0;                             // batches
  std::size_t inside_ = 0;                        // not yet durable
  std::size_t bytes_inside_ = 0;
  std::atomic<Steady> crowded_until_{Steady::min()};
};

}  // namespace agente::messaging
