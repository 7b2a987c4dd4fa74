#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/store.hpp"

namespace agente::store {

/// Where the closures of many threads wait until a writing thread takes those that have come together. Thread-safe.
class WriteQueue {
 public:
  static constexpr std::size_t kMaxBatch = 512;

  /// One waiting closure.
  struct Request {
    Store::Work work;
    Store::Done done;
    Steady since;
    std::optional<Error> error{};
  };
  using Batch = std::span<Request>;

  /// At most `max_waiting` closures wait for their turn.
  explicit WriteQueue(std::size_t max_waiting) : max_waiting_(max_waiting) {}

  /// As Store::write: returns when the closure has been carried out. kRetry also when too many wait already.
  Result<void> write(const Store::Work& work);
  /// As Store::write_later.
  void write_later(Store::Work work, Store::Done done);

  /// For a writing thread: waits for closures and takes at most kMaxBatch. False when stopped and nothing is left.
  bool take(const std::stop_token& stop, std::vector<Request>& batch);
  /// Those who wait for them are told.
  static void finish(Batch batch);

  /// From now on every write fails at once with `why`, those that wait too.
  void refuse(const Error& why);
  /// Writes are taken again.
  void accept();
  /// Those that have waited longer than `most` fail with `why`.
  void expire(Millis most, const Error& why);

  [[nodiscard]] Backlog backlog() const;

 private:
  std::optional<Error> enter(Request& request);
  static void fail(std::vector<Request> requests, const Error& why);

  const std::size_t max_waiting_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::vector<Request> queue_;
  std::optional<Error> refusal_;
};

/// Runs `body`; what it throws becomes an Error (kRetry for a transient sql::Failure, otherwise kInternal).
std::optional<Error> caught(const std::function<void()>& body);

}  // namespace agente::store
