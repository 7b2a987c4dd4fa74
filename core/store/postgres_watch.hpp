#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <thread>

#include "base/clock.hpp"

namespace agente::store {

/// Cuts the connections whose server has gone silent: libpq itself would wait for ever. Thread-safe.
class PostgresWatch {
 public:
  /// One connection; it says when it waits for the server.
  class Line {
   public:
    /// The connection must be closed after its line. `most`: no answer may take longer.
    Line(PostgresWatch& watch, int socket, Millis most);
    ~Line();
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    void asked() { since_ = std::chrono::steady_clock::now().time_since_epoch().count(); }
    void answered() { since_ = 0; }

   private:
    friend class PostgresWatch;
    /// Since it was asked and has not answered.
    [[nodiscard]] Steady::duration silence() const;
    PostgresWatch& watch_;
    const int socket_;
    const Millis most_;
    std::atomic<Steady::rep> since_ = 0;
  };

  /// Calls `also` each time it looks: four times a second.
  explicit PostgresWatch(std::function<void()> also = [] {});

  /// How long the line that has waited longest for an answer has done so.
  [[nodiscard]] Millis longest_silence();
  /// Cuts every line on which an answer is waited for.
  void cut();

 private:
  void look();

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::set<Line*> lines_;
  std::function<void()> also_;
  std::jthread thread_;
};

}  // namespace agente::store
