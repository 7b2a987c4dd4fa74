#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "web/connection.hpp"

namespace agente::web {

/// The threads of one listener. As many work at a time as there are processors; more join them, up to a limit, while
/// those are held up by what they wait for, and leave when there has been nothing to do for them for a while: a stack
/// that nobody needs is memory. Thread-safe.
class Staff {
 public:
  using Work = std::function<void(std::unique_ptr<Connection>)>;

  /// `work` must not throw. Who has sat for `patience` leaves.
  Staff(std::size_t most, Work work, Millis patience = Millis{10'000});
  /// Waits for what is being worked on; drops what has not begun.
  ~Staff();
  Staff(const Staff&) = delete;
  Staff& operator=(const Staff&) = delete;

  void give(std::unique_ptr<Connection> connection);
  /// How many threads there are.
  [[nodiscard]] std::size_t size() const;

 private:
  struct Given {
    std::unique_ptr<Connection> connection;
    Steady since;
  };
  /// One of the threads, and where it sits while there is nothing to do.
  struct Person {
    std::condition_variable bell;
    bool called = false;
    std::list<Person>::iterator place;
    std::jthread thread;
  };
  using Lock = std::unique_lock<std::mutex>;

  void hire();
  [[nodiscard]] Person* whom_to_call();
  void run(Person& person);
  [[nodiscard]] bool wait_for_work(Lock& lock, Person& person);
  [[nodiscard]] bool sit(Lock& lock, Person& person);
  [[nodiscard]] bool is_wanted() const;

  const std::size_t few_;
  const std::size_t most_;
  const Work work_;
  const Millis patience_;
  mutable std::mutex mutex_;
  std::deque<Given> waiting_;
  std::size_t working_ = 0;
  std::size_t coming_ = 0;     // called or hired, and not here yet
  std::vector<Person*> idle_;  // who sat down last is called first: the others can sleep on, or leave
  bool watched_ = false;       // one looks whether those who work are held up
  bool over_ = false;
  std::list<Person> gone_;  // on their last step
  std::list<Person> people_;
};

}  // namespace agente::web
