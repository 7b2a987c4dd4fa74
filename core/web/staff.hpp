#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "web/connection.hpp"

namespace agente::web {

/// The threads of one listener: as many as there was work for at once, up to a limit. Thread-safe.
class Staff {
 public:
  using Work = std::function<void(std::unique_ptr<Connection>)>;

  /// `work` must not throw.
  Staff(std::size_t most, Work work);
  /// Waits for what is being worked on; drops what has not begun.
  ~Staff();
  Staff(const Staff&) = delete;
  Staff& operator=(const Staff&) = delete;

  void give(std::unique_ptr<Connection> connection);
  /// More than half of the threads are taken: nobody should wait on one.
  [[nodiscard]] bool is_stretched() const { return taken_.load(std::memory_order_relaxed) * 2 > most_; }

 private:
  void hire();
  void run();

  const std::size_t most_;
  const Work work_;
  std::atomic<std::size_t> taken_{0};  // given, and not yet done
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Connection>> waiting_;
  std::size_t idle_ = 0;
  bool over_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace agente::web
