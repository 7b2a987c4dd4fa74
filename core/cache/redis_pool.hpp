#pragma once

#include <condition_variable>
#include <functional>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "cache/redis_connection.hpp"

namespace agente::cache {

/// The connections of one Redis, all good or all gone: one failure ends every one of them, since what broke it broke
/// the others. It never connects itself, so that no caller waits for that. Thread-safe.
class RedisPool {
 public:
  /// `broke`: the last connection has just ended, and why; called by whoever found out.
  explicit RedisPool(std::function<void(const Error&)> broke) : broke_(std::move(broke)) {}

  /// One command by any connection, waiting for a free one included. kRetry: it may or may not have run.
  Result<Reply> ask(std::initializer_list<std::string_view> words, Millis within);

  void open(std::vector<RedisConnection> connections);
  /// Ends what is there, if anything.
  void close(const Error& why);
  [[nodiscard]] bool is_open() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable given_back_;
  std::vector<RedisConnection> free_;
  bool open_ = false;
  unsigned opened_ = 0;  ///< how often; a connection of an earlier time is not taken back
  std::function<void(const Error&)> broke_;
};

}  // namespace agente::cache
