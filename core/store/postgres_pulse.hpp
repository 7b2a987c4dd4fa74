#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "store/postgres_connection.hpp"

namespace agente::store {

/// Asks, over a connection of its own, whether a server that keeps its clients waiting is there at all. A slow
/// statement is left alone; but a server that has fallen silent would hold up everybody for as long as the slowest
/// statement may take, since its machine goes on accepting what is sent.
class PostgresPulse {
 public:
  struct Clients {
    std::function<Millis()> longest_silence;  ///< of the server towards them
    std::function<void()> is_silent;          ///< towards everybody: they should not wait any longer
  };
  /// All must outlive it.
  PostgresPulse(const PostgresAddress& address, Clients clients);

 private:
  void work(const std::stop_token& stop);
  [[nodiscard]] bool is_silent();

  const PostgresAddress& address_;
  const Clients clients_;
  PostgresWatch watch_;  // over the connection of its own
  std::unique_ptr<PostgresConnection> connection_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: ends before what it uses
};

}  // namespace agente::store
