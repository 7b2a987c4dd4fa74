#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/clock.hpp"
#include "messaging/meter.hpp"
#include "plugins/channel.hpp"
#include "store/store.hpp"

namespace agente::messaging {

/// The durable door: what a channel staged is committed here, and only then may the provider be answered. Thread-safe.
///
/// Callers that come together share one transaction and one INSERT, which is what a database far away is slow at.
/// Nobody waits for company: while one batch is on its way, the next one gathers.
class Intake {
 public:
  struct Told {
    std::function<void()> message_came;                           ///< something new to be understood
    std::function<void(const store::Outbound&)> receipt_changed;  ///< a message of ours went on, or failed
  };

  Intake(store::Store& store, const Clock& clock, Meter& meter, Told told);

  struct Accepted {
    int fresh = 0;       ///< messages seen for the first time
    int duplicates = 0;  ///< known already; answered 200 all the same
    int receipts = 0;
  };
  /// kRetry when it cannot be made durable now: answer 503, the provider comes again.
  Result<Accepted> commit(const std::string& channel, const plugins::Staged& staged, std::string_view trace);

  /// Callers that wait for their batch.
  [[nodiscard]] store::Backlog backlog();

 private:
  static constexpr std::size_t kMostTogether = 512;
  static constexpr std::size_t kMostBytes = std::size_t{8} << 20U;
  // One batch is written while the next one is brought to the database. The embedded store gathers better by itself.
  static constexpr int kBatches = 2;

  struct Request;
  using Batch = std::vector<Request*>;

  void wait_or_lead(Request& request);
  void appoint();
  void serve(const Batch& batch);
  Result<void> write(const Batch& batch);
  static void finish(store::sql::Connection& connection, Request& request, const std::unordered_set<store::Id>& fresh);
  void tell(const Request& request);

  store::Store& store_;
  const Clock& clock_;
  Meter& meter_;
  Told told_;
  std::mutex mutex_;
  std::deque<Request*> waiting_;  // not yet in a batch
  const int most_leaders_;
  int leaders_ = 0;
};

}  // namespace agente::messaging
