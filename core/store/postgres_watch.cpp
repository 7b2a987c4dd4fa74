#include "store/postgres_watch.hpp"

#include <algorithm>

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

Steady::duration PostgresWatch::Line::silence() const {
  const auto since = since_.load();
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  return Steady::duration(since == 0 ? 0 : now - since);
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

Millis PostgresWatch::longest_silence() {
  const std::lock_guard guard(mutex_);
  Steady::duration longest{};
  for (const auto* line : lines_) longest = std::max(longest, line->silence());
  return std::chrono::duration_cast<Millis>(longest);
}

void PostgresWatch::cut() {
  const std::lock_guard guard(mutex_);
  for (const auto* line : lines_) {
    if (line->silence() > Steady::duration{}) ::shutdown(line->socket_, SHUT_RDWR);
  }
}

void PostgresWatch::look() {
  for (const auto* line : lines_) {
    if (line->silence() > line->most_) ::shutdown(line->socket_, SHUT_RDWR);
  }
}

}  // namespace agente::store
