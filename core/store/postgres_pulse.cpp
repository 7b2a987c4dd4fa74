#include "store/postgres_pulse.hpp"

#include <utility>

namespace agente::store {
namespace {

constexpr Millis kLook{250};
constexpr Millis kSuspicious{500};
// For an answer that costs nothing; the line is cut a second later.
constexpr PostgresLimits kShort{.statement = Millis{500}};

}  // namespace

PostgresPulse::PostgresPulse(const PostgresAddress& address, Clients clients)
    : address_(address), clients_(std::move(clients)) {
  thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

void PostgresPulse::work(const std::stop_token& stop) {
  static_cast<void>(is_silent());  // connected ahead: a silent server takes nobody in
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (clients_.longest_silence() > kSuspicious && is_silent()) clients_.is_silent();
    wake_.wait_for(lock, stop, kLook, [] { return false; });
  }
}

/// A connection that is refused or breaks at once: somebody has said no, and that is no silence.
bool PostgresPulse::is_silent() {
  const auto asked = std::chrono::steady_clock::now();
  try {
    if (!connection_) {
      connection_ = std::make_unique<PostgresConnection>(address_, PostgresConnection::Mode::kReader,
                                                         PostgresConnection::Surroundings{watch_, nullptr, kShort});
    }
    connection_->run("SELECT 1");
    return false;
  } catch (const ConnectionLost&) {
    connection_.reset();
    return std::chrono::steady_clock::now() - asked > kShort.statement;
  } catch (const sql::Failure&) {
    return false;  // it says no, but it says something
  }
}

}  // namespace agente::store
