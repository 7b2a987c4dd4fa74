#include <csetjmp>
#include <csignal>
#include <string>

#include "conformance/check.hpp"

// What a plugin reads, and for how long.
namespace agente::conformance {
namespace {

// A fault in memory that was lent is what these checks look for; any other is a crash like any.
const Lender* watched = nullptr;                      // NOLINT: a signal handler can be told in no other way
sigjmp_buf back;                                      // NOLINT
void (*otherwise)(int, siginfo_t*, void*) = nullptr;  // NOLINT

void on_fault(int number, siginfo_t* info, void* context) {
  if (watched != nullptr && watched->lent(info->si_addr)) siglongjmp(back, 1);
  if (otherwise != nullptr) return otherwise(number, info, context);
  struct sigaction normal {};
  normal.sa_handler = SIG_DFL;
  ::sigaction(number, &normal, nullptr);
}

void watch(const Lender& lender) {
  watched = &lender;
  struct sigaction action {};
  struct sigaction before {};
  action.sa_sigaction = &on_fault;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  for (const int number : {SIGSEGV, SIGBUS}) ::sigaction(number, &action, &before);
  if ((before.sa_flags & SA_SIGINFO) != 0) otherwise = before.sa_sigaction;
}

Finding arguments_not_kept(Trial& trial) {
  const auto life = trial.start();
  auto& lender = trial.lender();
  std::string last = "create";
  std::string now;
  const auto tell = [&] {
    return fail("in " + now + " it reads what it was given by an earlier call (up to " + last +
                ") and gave back by returning: copy what you keep");
  };
  watch(lender);
  if (sigsetjmp(back, 1) != 0) return tell();
  for (int round = 0; round < 2; ++round) {
    lender.revoke();
    for (const auto& job : jobs_of(life.instance)) {
      now = job.name;
      perform(life.instance, job);
      lender.revoke();
      last = job.name;
    }
    now = "a timer";
    fire_timers(life.instance);
  }
  now = "destroy";
  life.instance.destroy();
  return pass("nothing that was given is read after the return");
}

Finding texts_end_where_told(Trial& trial) {
  trial.lend(Lender::Manner::kGuarded);
  auto& lender = trial.lender();
  std::string now = "create";
  watch(lender);
  if (sigsetjmp(back, 1) != 0)
    return fail("in " + now +
                " it reads beyond the end of a text or record: texts are {ptr, len}, never "
                "NUL-terminated by promise");
  const auto life = trial.start();
  for (const auto& job : jobs_of(life.instance)) {
    now = job.name;
    perform(life.instance, job);
  }
  now = "destroy";
  life.instance.destroy();
  return pass("no text or record is read beyond its end");
}

Finding refusals_passed_on(Trial& trial) {
  const auto life = trial.start();
  life.host.set_web({.body = R"({"id":"1","messages":[{"id":"1"}]})"});
  int refused = 0;
  for (const auto code : {AGENTE_E_INVALID, AGENTE_E_CANCELLED}) {
    for (const auto& job : jobs_of(life.instance)) {
      Answer answer(code);
      const auto outcome = perform(life.instance, job, {.refusal = code}, answer);
      if (answer.writes == 0) continue;
      ++refused;
      if (answer.writes_after_refusal > 0)
        return fail(job.name + " goes on writing after the sink refused: stop at the first code that is not OK");
      if (outcome.status == AGENTE_OK)
        return fail(job.name + " answers OK although the sink refused with " + status_name(code) +
                    ": return the sink's code");
      if (outcome.status != code)
        return warn(job.name + " answers " + status_name(outcome.status) + " although the sink refused with " +
                    status_name(code) + ": return the sink's code");
    }
  }
  if (refused == 0) return skip("no call wrote anything");
  return pass(std::to_string(refused) + " refusals passed on");
}

Finding empty_texts(Trial& trial) {
  const auto life = trial.start();
  const auto nothing = [](std::string_view, std::string_view) { return std::string(); };
  for (const bool null : {false, true}) {
    for (const auto& outcome : perform_all(life.instance, {.text = nothing, .null_empties = null})) {
      if (const auto flaw = flaw_of(outcome); !flaw.empty()) return fail("given empty texts, " + flaw);
    }
  }
  return pass("empty texts, also as {NULL, 0}, are taken or refused");
}

Finding larger_records(Trial& trial) {
  const auto life = trial.start();
  constexpr std::size_t kSurplus = 40;
  for (const auto& job : jobs_of(life.instance)) {
    const auto usual = perform(life.instance, job);
    const auto larger = perform(life.instance, job, {.surplus = kSurplus});
    if (const auto flaw = flaw_of(larger); !flaw.empty()) return fail("when records are larger than it knows, " + flaw);
    if (usual.status == AGENTE_OK && larger.status != AGENTE_OK)
      return fail(described(larger) +
                  " when records are larger than it knows: read what you know and ignore the rest; "
                  "the step of an array is its struct_size");
  }
  return pass("records of a newer host are read as far as they are known");
}

Finding older_records(Trial& trial) {
  trial.lend(Lender::Manner::kGuarded);
  const auto life = trial.start();
  std::string now;
  volatile bool is_older = false;
  watch(trial.lender());
  if (sigsetjmp(back, 1) != 0) {
    if (!is_older) return skip("it reads beyond the end of whole records and texts: see memory/texts-end-where-told");
    return fail("in " + now +
                " it reads members that a host of 0.1 does not write: ask struct_size whether they are there");
  }
  for (const auto& job : jobs_of(life.instance)) {
    now = job.name;
    is_older = false;
    const auto usual = perform(life.instance, job);
    is_older = true;
    const auto older = perform(life.instance, job, {.oldest = true});
    if (const auto flaw = flaw_of(older); !flaw.empty()) return fail("when records are those of 0.1, " + flaw);
    if (usual.status == AGENTE_OK && older.status != AGENTE_OK)
      return fail(described(older) + " when records are those of 0.1: take what is missing for empty");
  }
  return pass("records of a host of 0.1 are read as far as it writes them");
}

constexpr Check kChecks[] = {
    {.id = "memory/arguments-not-kept",
     .about = "After each call every text, record and agente_call that was given is made unreadable (sinks and "
              "agente_error are not); the calls that follow, timers and destroy must not touch them. What a plugin is "
              "given is its own to read until it returns.",
     .run = &arguments_not_kept,
     .needs = kWorks},
    {.id = "memory/texts-end-where-told",
     .about = "Behind each text and record lies a page that must not be read: no text is NUL-terminated by promise.",
     .run = &texts_end_where_told,
     .needs = kWorks},
    {.id = "memory/sink-refusals-passed-on",
     .about = "When a sink refuses, the plugin stops writing and returns the sink's code. Answering OK is a failure, "
              "another code a warning.",
     .run = &refusals_passed_on,
     .needs = kWorks},
    {.id = "memory/empty-texts",
     .about = "Every text may be empty, with or without a pointer. Refusing is fine, crashing or throwing is not.",
     .run = &empty_texts,
     .needs = kWorks},
    {.id = "memory/larger-records",
     .about = "Records of a newer host are larger. The plugin reads what it knows and steps through arrays by "
              "struct_size.",
     .run = &larger_records,
     .needs = kWorks},
    {.id = "memory/older-records",
     .about = "Records of the first host, of 0.1, are smaller. The plugin reads no member beyond struct_size and works "
              "without it.",
     .run = &older_records,
     .needs = kWorks},
};

}  // namespace

std::span<const Check> memory_checks() { return kChecks; }

}  // namespace agente::conformance
