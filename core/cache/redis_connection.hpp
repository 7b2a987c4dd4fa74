#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "cache/redis_url.hpp"

struct redisContext;
struct redisReply;

namespace agente::cache {

struct FreeReply {
  void operator()(redisReply* reply) const;
};
/// An answer of Redis; never an error.
using Reply = std::unique_ptr<redisReply, FreeReply>;

/// One connection, signed in. Every step has a deadline, however slowly the other side drips. After a failure it is of
/// no use any more. Not thread-safe.
class RedisConnection {
 public:
  /// `address`: host as numbers, so that nobody waits for name servers here. Writes and erases one key, so that a Redis
  /// that is loading, full or read-only is found out now.
  static Result<RedisConnection> open(const RedisUrl& url, const std::string& address, Millis within);

  /// One command and its answer. An error that Redis answers is a failure, too.
  Result<Reply> ask(std::initializer_list<std::string_view> words, Steady deadline);
  Result<void> send(std::initializer_list<std::string_view> words, Steady deadline);
  /// What has come, as far as it is complete; null if nothing has until `deadline`.
  Result<Reply> receive(Steady deadline);
  [[nodiscard]] int socket() const;

 private:
  struct Free {
    void operator()(redisContext* context) const;
  };
  explicit RedisConnection(redisContext* context) : context_(context) {}
  Result<void> sign_in(const RedisUrl& url, Steady deadline);
  Result<Reply> parsed();
  [[nodiscard]] Error failure() const;

  std::unique_ptr<redisContext, Free> context_;
};

/// The address of `host` in numbers. Blocks as long as the name servers take.
Result<std::string> address_of(const std::string& host);

}  // namespace agente::cache
