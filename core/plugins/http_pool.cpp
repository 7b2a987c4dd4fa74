#include "plugins/http_pool.hpp"

namespace agente::plugins {
namespace {
constexpr std::size_t kMostIdle = 8;
constexpr std::chrono::seconds kLongestIdle{30};
}  // namespace

std::unique_ptr<HttpConnection> HttpPool::take(const std::string& key) {
  std::deque<Idle> dropped;  // closed after the lock is released
  const std::lock_guard lock(mutex_);
  auto& waiting = idle_[key];
  const auto oldest = std::chrono::steady_clock::now() - kLongestIdle;
  while (!waiting.empty()) {
    auto last = std::move(waiting.back());
    waiting.pop_back();
    if (last.since >= oldest && last.connection->is_quiet()) return std::move(last.connection);
    dropped.push_back(std::move(last));
  }
  idle_.erase(key);
  return nullptr;
}

void HttpPool::give(const std::string& key, std::unique_ptr<HttpConnection> connection) {
  Idle dropped;
  const std::lock_guard lock(mutex_);
  auto& waiting = idle_[key];
  if (waiting.size() >= kMostIdle) {
    dropped = std::move(waiting.front());
    waiting.pop_front();
  }
  waiting.push_back({std::move(connection), std::chrono::steady_clock::now()});
}

}  // namespace agente::plugins
