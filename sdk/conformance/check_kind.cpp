#include <string>

#include "conformance/check.hpp"

// What all kinds share.
namespace agente::conformance {
namespace {

Finding ordinary_calls_return(Trial& trial) {
  const auto life = trial.start();
  std::string statuses;
  for (const auto& outcome : perform_all(life.instance))
    statuses += (statuses.empty() ? "" : ", ") + outcome.job + " " + status_name(outcome.status);
  life.instance.destroy();
  return pass(statuses);
}

Finding records_valid(Trial& trial) {
  const auto life = trial.start();
  int written = 0;
  for (const std::string_view body : {"", "{}", R"({"id":"1"})"}) {
    life.host.set_web({.body = std::string(body)});
    for (const auto& job : jobs_of(life.instance)) {
      Answer answer;
      perform(life.instance, job, {}, answer);
      written += answer.writes;
      if (!answer.misfits.empty())
        return fail(job.name + ": " + answer.misfits.front() + "; see the header of its kind");
    }
  }
  return pass(std::to_string(written) + " things written, all of them well formed");
}

/// The provider was asked, by the last request, to do something.
bool asked_to_act(const TrialHost& host) {
  const auto requests = host.requests();
  return !requests.empty() && requests.back().method != "GET" && requests.back().method != "HEAD";
}

/// Does each writing job while http answers `web`; `look` says what is wrong with an outcome.
template <class Look>
Finding writes_while(Trial& trial, const TrialHost::Web& web, Look&& look) {
  const auto life = trial.start();
  int asked = 0;
  for (const auto& job : jobs_of(life.instance)) {
    if (!job.is_write) continue;
    life.host.forget();
    life.host.set_web(web);
    const auto outcome = perform(life.instance, job);
    if (!asked_to_act(life.host)) continue;
    ++asked;
    const std::string wrong = look(outcome);
    if (!wrong.empty()) return fail(wrong);
  }
  if (asked == 0) return skip("it asks no provider over agente.http/1 to do anything");
  return pass(std::to_string(asked) + " call(s) judged");
}

Finding provider_errors(Trial& trial) {
  for (const auto& web :
       {TrialHost::Web{.status = 500}, TrialHost::Web{.status = 403}, TrialHost::Web{.code = AGENTE_E_RETRY}}) {
    auto found = writes_while(trial, web, [&](const Outcome& outcome) {
      const auto cause =
          web.code == AGENTE_OK ? "HTTP status " + std::to_string(web.status) : std::string("RETRY from http");
      return outcome.status == AGENTE_OK
                 ? outcome.job + " answers OK after " + cause + ": look at the status; to the guest it now seems done"
                 : std::string();
    });
    if (found.verdict != Verdict::kPass) return found;
  }
  return pass("no success is told when the provider refuses");
}

Finding unknown_outcome(Trial& trial) {
  const bool comes_again = trial.subject().kind() == AGENTE_KIND_EXPORTER;  // whatever it answers
  return writes_while(trial, {.code = AGENTE_E_UNKNOWN_OUTCOME}, [&](const Outcome& outcome) -> std::string {
    const bool says_not_done =
        outcome.status == AGENTE_E_RETRY || outcome.status == AGENTE_E_RATE || outcome.status == AGENTE_E_TIMEOUT;
    if (outcome.status != AGENTE_OK && (comes_again || !says_not_done)) return {};
    return outcome.job + " answers " + status_name(outcome.status) +
           " when the connection broke after its request was sent: pass UNKNOWN_OUTCOME on, else it may be done twice "
           "or never";
  });
}

constexpr Check kChecks[] = {
    {.id = kWorks,
     .about =
         "Every call that the plugin offers is made once with ordinary arguments, and every timer fired. It may fail "
         "(the provider answers 200 with nothing in it); it must return. Most other checks stand on this one.",
     .run = &ordinary_calls_return,
     .needs = kComplete},
    {.id = "kind/records-valid",
     .about = "Whatever a call writes is well formed: struct_size set, UTF-8, ids present, known states, currencies of "
              "three letters, no header with a line break, a status told once.",
     .run = &records_valid,
     .needs = kWorks},
    {.id = "kind/provider-errors-are-no-success",
     .about = "When the provider answers 500 or 403, or nothing was sent, no writing call answers OK.",
     .run = &provider_errors,
     .needs = kWorks},
    {.id = "kind/unknown-outcome-passed-on",
     .about = "When the connection breaks after the request was sent, a writing call says neither that it was done nor "
              "that it was not. (Exporters may answer RETRY: a batch comes again in any case.)",
     .run = &unknown_outcome,
     .needs = kWorks},
};

}  // namespace

std::span<const Check> kind_checks() { return kChecks; }

}  // namespace agente::conformance
