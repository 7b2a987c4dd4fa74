#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "mailbox.hpp"
#include "plan.hpp"

namespace agente::chaos {

/// All guests of a run, each a thread: says what he wants, gives his name, says yes, and does as he is told when he is
/// told to come again. What he writes is delivered as Meta does: again, with the same id, until somebody answers 200;
/// and, where duplicates are wanted, a second time at once or later.
class Guests {
 public:
  struct Options {
    std::string door;  ///< URL of the hosts
    std::uint64_t seed = 1;
    bool duplicates = false;
  };
  Guests(const std::vector<Talk>& talks, Options options, Mailbox& mailbox);
  /// Those who still wait give up.
  ~Guests();
  Guests(const Guests&) = delete;
  Guests& operator=(const Guests&) = delete;

  [[nodiscard]] int done() const { return done_; }
  [[nodiscard]] std::vector<Guest> so_far() const;

 private:
  class One;
  const Options options_;
  Mailbox& mailbox_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  mutable std::mutex mutex_;  // of what the guests have written
  std::atomic<int> done_ = 0;
  std::vector<std::unique_ptr<One>> all_;
  std::vector<std::jthread> threads_;
};

}  // namespace agente::chaos
