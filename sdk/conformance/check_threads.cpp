#include <algorithm>
#include <mutex>
#include <string>
#include <thread>

#include "conformance/check.hpp"
#include "conformance/process_state.hpp"

// The host lends threads, and only for calls.
namespace agente::conformance {
namespace {

using Rule = Breach::Rule;

Finding concurrent_calls(Trial& trial) {
  constexpr int kThreads = 8;
  constexpr int kRounds = 10;
  const auto life = trial.start();
  const auto jobs = jobs_of(life.instance);
  std::mutex mutex;
  std::string flaw;
  const auto work = [&](bool serial) {
    for (int round = 0; round < kRounds; ++round) {
      for (const auto& job : jobs) {
        if (job.serial != serial) continue;
        const auto found = flaw_of(perform(life.instance, job));
        const std::lock_guard lock(mutex);
        if (flaw.empty()) flaw = found;
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    threads.emplace_back(work, true);  // [serial] calls run beside [any] ones, never beside each other
    for (int i = 1; i < kThreads; ++i) threads.emplace_back(work, false);
  }
  if (!flaw.empty()) return fail("while 8 threads call, " + flaw);
  if (race_reports() > 0)
    return fail(
        "ThreadSanitizer saw a data race while 8 threads called: guard what calls share; its report is on stderr "
        "with --jobs 1 --verbose");
  return pass("8 threads called at once");
}

Finding services_in_calls_only(Trial& trial) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kShort{30};
  constexpr std::chrono::milliseconds kLong{1500};  // it has threads of its own
  constexpr std::chrono::milliseconds kStep{5};
  const auto& plugin = trial.plugin();
  const auto before = thread_count();
  const auto life = trial.start(plugin);
  perform_all(life.instance);
  const auto until = Clock::now() + (thread_count() > before ? kLong : kShort);
  const auto seen = [&] { return life.host.breaches(Rule::kForeignThread); };
  while (seen().empty() && Clock::now() < until) std::this_thread::sleep_for(kStep);  // it comes by itself
  life.instance.destroy();
  const auto foreign = seen();
  if (foreign.empty()) return pass("services are used by lent threads only");
  return fail(foreign.front().text + ": use services within create, destroy, calls and timers only");
}

Finding calls_not_kept(Trial& trial) {
  const auto life = trial.start();
  perform_all(life.instance);
  perform_all(life.instance);
  const auto stale = life.host.breaches(Rule::kStaleCall);
  if (stale.empty()) return pass("each call is handed on only while it lasts");
  return fail(stale.front().text + ": hand on the call you were given, and do not keep it");
}

Finding deadline_honoured(Trial& trial) {
  constexpr std::chrono::milliseconds kDeadline{60};
  constexpr std::chrono::milliseconds kGrace{400};
  const auto life = trial.start();
  life.host.set_web({.hangs = true});
  for (const auto& job : jobs_of(life.instance)) {
    auto took = perform(life.instance, job, {.deadline = kDeadline}).took;
    if (took > kDeadline + kGrace)  // this machine may have been busy: once more
      took = std::min(took, perform(life.instance, job, {.deadline = kDeadline}).took);
    if (took > kDeadline + kGrace)
      return fail(job.name + " returns after " + std::to_string(took.count()) +
                  " ms, and its deadline was 60 ms: do not try again within a call");
  }
  return pass("each call returns by its deadline while the provider is silent");
}

Finding none_left(Trial& trial) {
  const auto& plugin = trial.plugin();
  const auto before = thread_count();
  const auto life = trial.start(plugin);
  perform_all(life.instance);
  life.instance.destroy();
  if (threads_settle(before)) return pass("no thread is left after destroy");
  return fail(
      "a thread is left after destroy: its code would be unloaded beneath it; join it in destroy, or better use "
      "agente.timer/1");
}

constexpr Check kChecks[] = {
    {.id = "threads/concurrent-calls",
     .about = "Eight threads make calls of one instance at once, [serial] ones by a single thread. A crash, hang or "
              "exception fails; in a build with ThreadSanitizer a data race does too.",
     .run = &concurrent_calls,
     .needs = kWorks},
    {.id = "threads/services-in-calls-only",
     .about = "Services of the host are used only by threads the host lent: within create, destroy, calls and timers. "
              "Watched for 1.5 s where the plugin has started threads.",
     .run = &services_in_calls_only,
     .needs = kWorks},
    {.id = "threads/calls-not-kept",
     .about = "agente_call is handed on to services only while that call lasts, and where one is needed it is given.",
     .run = &calls_not_kept,
     .needs = kWorks},
    {.id = "threads/deadline-honoured",
     .about = "While the provider is silent until the deadline, each call returns soon after it (0.4 s). Fails only "
              "when it is late twice.",
     .run = &deadline_honoured,
     .needs = kWorks},
    {.id = "threads/none-left",
     .about = "After destroy there are no more threads than before create.",
     .run = &none_left,
     .needs = kWorks},
};

}  // namespace

std::span<const Check> thread_checks() { return kChecks; }

}  // namespace agente::conformance
