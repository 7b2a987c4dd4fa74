#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <agente/abi.h>

#include "plugins/isolation/link.hpp"
#include "plugins/isolation/operations.hpp"
#include "plugins/isolation/process.hpp"
#include "plugins/isolation/timers.hpp"

namespace agente::plugins::isolation {

/// How long the host is patient with a runner; tests are less so.
struct Patience {
  Millis grace{250};        ///< beyond a call's deadline, before the runner is killed
  Millis farewell{2'000};   ///< to destroy the object and end
  Millis first_pause{100};  ///< before it is started again; doubled each time
  Millis longest_pause{30'000};
  Millis settled{60'000};  ///< a life this long sets the pause back to the first
};

/// One call of the host's core that is passed on.
struct Passed {
  Operation operation;
  const agente_call* call;  ///< null: none, as in create
  agente_error* err;
};

/// One life of a runner: the process, the socket, the calls under way and the timers.
///
/// The keeper's thread receives (`open`, then `attend` until the end); the thread that waits for a call also serves
/// what the plugin asks for within that call. The rest is thread-safe.
class Session : public std::enable_shared_from_this<Session> {
 public:
  using Fill = std::function<void(FrameWriter&)>;
  /// Takes one result out of an answer; nothing: it is malformed.
  using Take = std::function<std::optional<agente_status>(const Field&)>;

  static std::shared_ptr<Session> start(std::pair<Process, int> runner, const agente_host* host,
                                        std::shared_ptr<Tenant> tenant, const Patience& patience);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Has the runner open the plugin and create its object.
  /// Nothing: it gave no answer, and `bury` tells why.
  std::optional<agente_status> open(const Fill& order, const Take& take, Steady until, agente_error* err);
  /// Dispatches what comes until the runner is gone.
  void attend();
  /// Ends what is left of it and answers the calls under way.
  struct Obituary {
    std::string reason;  ///< "was ended by signal 11 (Segmentation fault)"
    std::string calls;   ///< that were under way: "send, timer"; may be empty
  };
  Obituary bury();

  /// Passes a call on and waits. Unanswered: AGENTE_E_UNKNOWN_OUTCOME if it writes; else AGENTE_E_TIMEOUT if it is the
  /// one that took too long, AGENTE_E_RETRY if not.
  agente_status pass(const Passed& passed, const Fill& fill, const Take& take);

  /// Asks the object to be destroyed and the runner to end; kills it if it does not, and is false then.
  bool part();
  /// `why` goes into the obituary, unless there is a reason already.
  void kill(const std::string& why);

 private:
  struct Mailbox {
    Operation operation{};
    std::condition_variable arrived;
    std::deque<Letter> letters;
  };
  enum class Got { kLetter, kOver, kLate };
  enum class Fate { kAnswered, kNotSent, kDied, kOverran };

  Session(std::pair<Process, int> runner, const agente_host* host, std::shared_ptr<Tenant> tenant,
          const Patience& patience);

  Fate converse(Mailbox& box, FrameWriter& frame, Steady deadline, Letter& answer);
  Got wait(Mailbox& box, Letter& into, Steady until);
  agente_status read_answer(const Letter& answer, const Take& take, agente_error* err);
  agente_status unanswered(Fate fate, const Passed& passed);
  void serve_request(const Letter& request, Steady until);
  void give_up();
  bool dispatch(Letter letter);
  bool put(std::uint64_t number, Letter letter);
  bool run_errand(Letter request);
  bool queue(std::deque<Letter>& in, Letter letter, std::size_t most);
  Letter next_of(std::deque<Letter>& from);
  void serve_errands();

  const agente_host* const host_;
  const std::shared_ptr<Tenant> tenant_;
  const Patience patience_;
  Process process_;
  Link link_;
  std::shared_ptr<Timers> timers_;

  std::mutex mutex_;
  std::uint64_t next_ = 1;
  std::size_t waiting_ = 0;  // bytes of letters in all queues
  std::map<std::uint64_t, Mailbox*> under_way_;
  bool over_ = false;
  std::string reason_;  // why it was killed
  std::optional<Obituary> obituary_;

  // What the plugin asks outside any call, from threads of its own.
  std::condition_variable asked_;
  std::deque<Letter> errands_;
  bool has_errand_thread_ = false;
};

}  // namespace agente::plugins::isolation
