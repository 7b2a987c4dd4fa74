#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "web/connection.hpp"

namespace agente::web {

/// The threads of one listener. As many work at a time as there are processors; more join them, up to a limit, while
/// those are held up by what they wait for. Thread-safe.
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

 private:
  struct Given {
    std::unique_ptr<Connection> connection;
    Steady since;
  };
  /// Where one of the threads sits while there is nothing to do.
  struct Seat {
    std::condition_variable bell;
    bool called = false;
  };
  using Lock = std::unique_lock<std::mutex>;

  void hire();
  [[nodiscard]] Seat* whom_to_call();
  void run(Seat& seat);
  void wait_for_work(Lock& lock, Seat& seat);
  [[nodiscard]] bool is_wanted() const;

  const std::size_t few_;
  const std::size_t most_;
  const Work work_;
  std::mutex mutex_;
  std::deque<Given> waiting_;
  std::size_t working_ = 0;
  std::size_t coming_ = 0;   // called or hired, and not here yet
  std::vector<Seat*> idle_;  // who sat down last is called first: the others can sleep on
  bool watched_ = false;     // one looks whether those who work are held up
  bool over_ = false;
  std::deque<Seat> seats_;
  std::vector<std::jthread> threads_;
};

}  // namespace agente::web
