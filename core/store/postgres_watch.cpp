#include "store/postgres_watch.hpp"

#include <sys/socket.h>

namespace agente::store {

PostgresWatch::Line::Line(PostgresWatch& watch, int socket, Millis most) : watch_(watch), socket_(socket), most_(most) {
  const std::lock_guard guard(watch_.mutex_);
  watch_.lines_.insert(this);
}

PostgresWatch::Line::~Line() {
  const std::lock_guard guard(watch_.mutex_);
  watch_.lines_.erase(this);
}

PostgresWatch::PostgresWatch(std::function<void()> also) : also_(std::move(also)) {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      look();
      also_();
      wake_.wait_for(lock, stop, Millis{250}, [] { return false; });
    }
  });
}

void PostgresWatch::look() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  for (auto* line : lines_) {
    const auto since = line->since_.load();
    if (since != 0 && Steady::duration(now - since) > line->most_) ::shutdown(line->socket_, SHUT_RDWR);
  }
}

}  // namespace agente::store
