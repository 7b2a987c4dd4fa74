#include <algorithm>
#include <string>

#include "conformance/check.hpp"
#include "conformance/trial_services.hpp"

// How a plugin fails.
namespace agente::conformance {
namespace {

constexpr agente_status kAll[] = {
    AGENTE_E_INVALID,         AGENTE_E_CONFIG,    AGENTE_E_AUTH,     AGENTE_E_RETRY,     AGENTE_E_RATE,
    AGENTE_E_TIMEOUT,         AGENTE_E_CANCELLED, AGENTE_E_CONFLICT, AGENTE_E_NOT_FOUND, AGENTE_E_UNSUPPORTED,
    AGENTE_E_UNKNOWN_OUTCOME, AGENTE_E_INTERNAL};

std::string odd_text(std::string_view field, std::string_view ordinary) {
  if (field == "key" || field == "reference") return std::string(ordinary);
  return "?\xF0\x9F\x8F\xA8 \"</>" + std::string(300, 'x');
}

/// Makes a plugin fail in many ways; `look` sees every outcome and says what is wrong with it, if anything.
template <class Look>
Finding every_failure(Trial& trial, const char* well, Look&& look) {
  const auto life = trial.start();
  std::size_t failures = 0;
  std::string wrong;
  const auto judge = [&](const std::vector<Outcome>& outcomes) {
    for (const auto& outcome : outcomes) {
      failures += outcome.status != AGENTE_OK ? 1 : 0;
      if (wrong.empty()) wrong = look(outcome);
    }
    return wrong.empty();
  };
  judge(perform_all(life.instance));
  judge(perform_all(life.instance, {.text = odd_text}));
  for (const int status : {400, 401, 404, 409, 429, 500, 503}) {
    life.host.set_web({.status = status, .body = "no"});
    judge(perform_all(life.instance));
  }
  life.host.set_web({});
  for (const auto service : kServices) {
    for (const auto code : {AGENTE_E_RETRY, AGENTE_E_UNKNOWN_OUTCOME, AGENTE_E_INTERNAL}) {
      life.host.set_failing(service, code);
      judge(perform_all(life.instance));
    }
    life.host.set_failing(service, AGENTE_OK);
  }
  if (!wrong.empty()) return fail(wrong);
  return pass(std::to_string(failures) + " failures seen, " + well);
}

Finding codes_known(Trial& trial) {
  return every_failure(trial, "each with a code of abi.h", [](const Outcome& outcome) {
    return is_known(outcome.status) ? std::string() : flaw_of(outcome);
  });
}

Finding records_respected(Trial& trial) {
  return every_failure(trial, "and nothing beside the error's own fields was written",
                       [](const Outcome& outcome) { return outcome.overwritten ? flaw_of(outcome) : std::string(); });
}

Finding texts_readable(Trial& trial) {
  return every_failure(trial, "each text UTF-8 and within its 240 bytes", [](const Outcome& outcome) -> std::string {
    if (outcome.error.text_len > sizeof outcome.error.text)
      return outcome.job + " says that its error text has " + std::to_string(outcome.error.text_len) +
             " bytes: cut it at 240";
    if (!detail::is_utf8(outcome.text()))
      return outcome.job +
             " fails with a text that is not UTF-8: do not cut a character in two, and clean what comes "
             "from elsewhere";
    return {};
  });
}

Finding refusals_explained(Trial& trial) {
  auto found = every_failure(trial, "each with a text", [](const Outcome& outcome) -> std::string {
    if (outcome.status == AGENTE_OK || outcome.threw || outcome.error.text_len > 0) return {};
    return described(outcome) + " without a text: say what failed, which value, and what to do";
  });
  if (found.verdict == Verdict::kFail) found.verdict = Verdict::kWarn;
  return found;
}

Finding retry_after_sane(Trial& trial) {
  return every_failure(trial, "none asks to wait longer than a day", [](const Outcome& outcome) {
    constexpr std::uint32_t kDay = 86'400'000;
    return outcome.error.retry_after_ms <= kDay
               ? std::string()
               : outcome.job + " asks to wait " + std::to_string(outcome.error.retry_after_ms / kDay) +
                     " days: retry_after_ms is in milliseconds; 0 leaves it to the host";
  });
}

Finding exceptions_contained(Trial& trial) {
  return every_failure(trial, "no exception came out",
                       [](const Outcome& outcome) { return outcome.threw ? flaw_of(outcome) : std::string(); });
}

Finding failing_services(Trial& trial) {
  constexpr std::chrono::seconds kPatience{1};
  const auto& plugin = trial.plugin();
  const auto life = trial.start(plugin);
  std::size_t calls = 0;
  std::string flaw;
  const auto slowest = [&] {
    const auto outcomes = perform_all(life.instance);
    calls += outcomes.size();
    for (const auto& outcome : outcomes) flaw = flaw.empty() ? flaw_of(outcome) : flaw;
    return *std::ranges::max_element(outcomes, {}, &Outcome::took);
  };
  for (const auto service : kServices) {
    for (const auto code : kAll) {
      life.host.set_failing(service, code);
      auto slow = slowest();
      if (slow.took > kPatience) slow = slowest();  // this machine may have been busy
      if (!flaw.empty()) return fail("while " + std::string(service_name(service)) + " fails, " + flaw);
      if (slow.took > kPatience)
        return fail(slow.job + " takes " + std::to_string(slow.took.count()) + " ms while " +
                    std::string(service_name(service)) + " answers " + status_name(code) + ": do not wait in a call");
    }
    life.host.set_failing(service, AGENTE_OK);
  }
  life.instance.destroy();
  return pass(std::to_string(calls) + " calls while services failed, and it is still there");
}

Finding requests_well_formed(Trial& trial) {
  const auto life = trial.start();
  perform_all(life.instance);
  perform_all(life.instance, {.text = odd_text});
  const auto malformed = life.host.breaches(Breach::Rule::kMalformed);
  if (malformed.empty()) return pass("records, names and texts given to the host are as the headers ask");
  return fail(malformed.front().text + ": see agente/host.h");
}

constexpr Check kChecks[] = {
    {.id = "errors/codes-known",
     .about = "Whatever fails, a call answers a code of abi.h: the host knows what to do with those.",
     .run = &codes_known,
     .needs = kWorks},
    {.id = "errors/record-respected",
     .about = "agente_error belongs to the host: the plugin fills its fields and writes neither struct_size nor a byte "
              "beyond the part it knows.",
     .run = &records_respected,
     .needs = kWorks},
    {.id = "errors/text-readable",
     .about = "Error texts are UTF-8 and at most 240 bytes long, not cut within a character.",
     .run = &texts_readable,
     .needs = kWorks},
    {.id = "errors/failures-explained",
     .about = "A call that fails says why in the error's text. Only a warning, but the operator sees nothing else.",
     .run = &refusals_explained,
     .needs = kWorks},
    {.id = "errors/retry-after-sane",
     .about = "retry_after_ms is in milliseconds and at most a day.",
     .run = &retry_after_sane,
     .needs = kWorks},
    {.id = "errors/exceptions-contained",
     .about = "No exception crosses the boundary, whatever is given and whatever fails.",
     .run = &exceptions_contained,
     .needs = kWorks},
    {.id = "errors/failing-services",
     .about = "Each host service answers each error code while every call is made. The plugin may fail; it must not "
              "crash, throw, hang or wait.",
     .run = &failing_services,
     .needs = kWorks},
    {.id = "errors/requests-well-formed",
     .about =
         "What the plugin hands to the host's services has its struct_size set, is UTF-8, and follows the rules for "
         "names of metrics.",
     .run = &requests_well_formed,
     .needs = kWorks},
};

}  // namespace

std::span<const Check> error_checks() { return kChecks; }

}  // namespace agente::conformance
