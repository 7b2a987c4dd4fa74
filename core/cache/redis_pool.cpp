#include "cache/redis_pool.hpp"

#include <utility>

#include <hiredis/hiredis.h>

namespace agente::cache {

Result<Reply> RedisPool::ask(std::initializer_list<std::string_view> words, Millis within) {
  const auto deadline = std::chrono::steady_clock::now() + within;
  std::unique_lock lock(mutex_);
  const bool lucky = given_back_.wait_until(lock, deadline, [&] { return !open_ || !free_.empty(); });
  if (!open_) return Error{Code::kRetry, "Redis is away"};
  if (!lucky) return Error{Code::kRetry, "every connection is busy"};
  auto connection = std::move(free_.back());
  free_.pop_back();
  const auto opened = opened_;
  lock.unlock();

  auto reply = connection.ask(words, deadline);
  lock.lock();
  if (!open_ || opened != opened_) return reply;  // an old connection: it goes here
  if (reply) {
    free_.push_back(std::move(connection));
    given_back_.notify_one();
    return reply;
  }
  lock.unlock();
  close(reply.error());
  return reply;
}

void RedisPool::open(std::vector<RedisConnection> connections) {
  const std::lock_guard lock(mutex_);
  free_ = std::move(connections);
  open_ = true;
  ++opened_;
}

void RedisPool::close(const Error& why) {
  {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(open_, false)) return;
    free_.clear();
    given_back_.notify_all();
  }
  broke_(why);
}

bool RedisPool::is_open() const {
  const std::lock_guard lock(mutex_);
  return open_;
}

}  // namespace agente::cache
