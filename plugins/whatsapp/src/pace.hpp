/// Keeps each business number below its throughput.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include <agente/sdk.hpp>

namespace agente::whatsapp {

/// A token bucket per number that holds one second's worth. Thread-safe.
class Pace {
 public:
  /// `per_second` 0: no limit.
  explicit Pace(std::int64_t per_second) : per_second_(per_second) {}

  /// Takes a place for one message; 0, or how long to wait before asking again.
  [[nodiscard]] std::chrono::milliseconds take(std::string_view account, time_point now);

 private:
  struct Bucket {
    std::int64_t thousandths;  ///< of messages that may still go
    time_point filled;
  };

  const std::int64_t per_second_;
  std::mutex mutex_;
  std::map<std::string, Bucket, std::less<>> buckets_;
};

}  // namespace agente::whatsapp
