#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>

#include "plugins/isolation/link.hpp"
#include "plugins/isolation/operations.hpp"

namespace agente::plugins::isolation {

/// The runner's side of the socket. Threads take turns at reading; the one that reads a call answers it, and before it
/// does, it sees to it that somebody else reads on. So a call costs no handing over between threads here.
class Office {
 public:
  /// Answers a call. Runs on any thread of the office, several at once.
  using Handle = std::function<void(const Letter& call, FrameWriter& answer)>;

  explicit Office(int socket) : link_(socket) {}

  /// Works until the host is gone, then ends the process.
  [[noreturn]] void open(Handle handle);

  /// Asks the host for a service and waits for the reply. Nothing: what `fill` wrote cannot be sent.
  std::optional<Letter> ask(Service service, const std::function<void(FrameWriter&)>& fill);
  /// The same without a reply.
  void tell(Service service, const std::function<void(FrameWriter&)>& fill);

 private:
  struct Slot {
    std::condition_variable arrived;
    std::optional<Letter> reply;
  };

  [[noreturn]] void work();
  Letter next_call();
  void deliver(Letter reply);
  void answer(const Letter& call);

  Link link_;
  Handle handle_;
  std::mutex reading_;
  std::atomic<int> idle_{0};  // threads that read, or wait for their turn to
  std::atomic<std::uint64_t> answered_{0};
  std::mutex mutex_;  // guards the slots
  std::map<std::uint64_t, Slot*> slots_;
  std::atomic<std::uint64_t> next_{1};
};

}  // namespace agente::plugins::isolation
