#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace agente::sim {

/// What the time is; tests bring their own.
using Now = std::function<std::chrono::system_clock::time_point()>;

/// "2026-03-12T15:04:05.123Z"
std::string iso_time(std::chrono::system_clock::time_point moment);

/// What a simulator was asked and what it sent, in order, for `GET /__sim/log`.
///
/// Keeps the newest 100,000 entries and 128 MiB at most. Sequence numbers start at 1 and never repeat, not even after
/// clear(). Thread-safe.
class Journal {
 public:
  enum class Kind { kRequest, kWebhook };

  explicit Journal(Now now, std::size_t max_entries = 100'000) : now_(std::move(now)), max_entries_(max_entries) {}

  /// Adds `seq` and `at` to `entry` (an object) and keeps it. Returns `seq`.
  std::uint64_t add(Kind kind, nlohmann::json entry);

  /// `{"last":N,"forgotten":N,"requests":[...],"webhooks":[...]}` with the entries after `seq`, oldest first.
  [[nodiscard]] std::string since(std::uint64_t seq) const;

  void clear();

 private:
  struct Entry {
    std::uint64_t seq;
    Kind kind;
    std::string text;
  };
  void forget_oldest();

  const Now now_;
  const std::size_t max_entries_;
  mutable std::mutex mutex_;
  std::deque<Entry> entries_;
  std::size_t bytes_ = 0;
  std::uint64_t last_ = 0;
  std::uint64_t forgotten_ = 0;
};

}  // namespace agente::sim
