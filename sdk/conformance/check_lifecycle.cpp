#include <string>
#include <thread>

#include "conformance/check.hpp"

// The life of an instance, from create to destroy.
namespace agente::conformance {
namespace {

using Rule = Breach::Rule;

constexpr agente_status kFailures[] = {AGENTE_E_INVALID,   AGENTE_E_CONFIG,    AGENTE_E_RETRY,   AGENTE_E_TIMEOUT,
                                       AGENTE_E_CANCELLED, AGENTE_E_NOT_FOUND, AGENTE_E_INTERNAL};

/// Everything that may be asked of an instance that is not live: what a self-test before an upgrade asks.
std::vector<Job> early_jobs(const Instance& instance) {
  auto jobs = jobs_of(instance);
  std::erase_if(jobs, [](const Job& job) {
    return job.name != "self_test" && job.name != "health" && job.name != "describe" && job.name != "rooms";
  });
  return jobs;
}

Finding create_destroy(Trial& trial) {
  const auto life = trial.prepare(trial.plugin());
  const auto created = life.instance.create(trial.subject().given.text);
  if (const auto flaw = flaw_of(created); !flaw.empty()) return fail(flaw);
  if (created.status != AGENTE_OK)
    return fail("with " + trial.subject().config_origin + " " + described(created) +
                ": repair create or the example, or give a config that works with --config");
  life.instance.destroy();
  return pass("created with " + trial.subject().config_origin + ", and destroyed unused");
}

Finding failure_leaves_nothing(Trial& trial) {
  const auto& plugin = trial.plugin();
  int failed = 0;
  for (const auto service : kServices) {
    for (const auto code : kFailures) {
      const auto life = trial.prepare(plugin);
      life.host.set_failing(service, code);
      const auto created = life.instance.create(trial.subject().given.text);
      if (const auto flaw = flaw_of(created); !flaw.empty())
        return fail("while " + std::string(service_name(service)) + " answers " + status_name(code) + ", " + flaw);
      if (created.status != AGENTE_OK && life.host.timers_left() > 0)
        return fail("create failed and left a timer: stop it before returning");
      failed += created.status != AGENTE_OK ? 1 : 0;
    }
  }
  if (failed == 0) return pass("create needs no service that can fail");
  return pass("create failed " + std::to_string(failed) + " times and took it well");
}

Finding fifty_instances(Trial& trial) {
  constexpr int kMany = 50;
  const auto& plugin = trial.plugin();
  std::vector<Instance*> all;
  for (int i = 0; i < kMany; ++i) {
    const auto life = trial.prepare(plugin);
    const auto created = life.instance.create(trial.subject().given.text);
    if (created.status != AGENTE_OK)
      return fail("instance " + std::to_string(i + 1) + " beside the others: " + described(created) +
                  "; keep nothing in globals");
    all.push_back(&life.instance);
  }
  for (auto* instance : all) instance->destroy();
  return pass("50 instances beside each other");
}

Finding unknown_interface(Trial& trial) {
  const auto life = trial.start();
  for (const std::string_view id : {"agente.no-such-thing/1", "agente.channel/999", "agente.pms/999",
                                    "agente.exporter/999", "", "agente.channel/1x", "agente"}) {
    if (life.instance.query(id) != nullptr)
      return fail("query(\"" + std::string(id) + "\") answers a table: answer NULL for an interface it does not offer");
  }
  return pass("NULL for interfaces that it does not offer");
}

Finding stable_table(Trial& trial) {
  const auto& plugin = trial.plugin();
  const auto life = trial.start(plugin);
  const auto id = interface_of(trial.subject().kind());
  const auto* first = life.instance.query(id);
  const void* elsewhere = nullptr;
  std::thread([&] { elsewhere = life.instance.query(id); }).join();
  perform_all(life.instance);
  if (life.instance.query(id) != first || elsewhere != first)
    return fail("query answers another pointer the second time: answer one static table");
  return pass("the same table every time");
}

/// A required entry that is NULL.
std::string missing_entry(const Instance& instance, std::uint32_t kind) {
  if (kind == AGENTE_KIND_CHANNEL) {
    const auto& t = instance.table<agente_channel_v1>(AGENTE_CHANNEL_V1);
    return t.send == nullptr ? "send" : t.self_test == nullptr ? "self_test" : "";
  }
  if (kind == AGENTE_KIND_EXPORTER) {
    const auto& t = instance.table<agente_exporter_v1>(AGENTE_EXPORTER_V1);
    if (t.describe == nullptr) return "describe";
    return t.export_batch == nullptr ? "export_batch" : t.self_test == nullptr ? "self_test" : "";
  }
  const auto& t = instance.table<agente_pms_v1>(AGENTE_PMS_V1);
  const std::pair<const char*, bool> entries[] = {{"rooms", t.rooms != nullptr},
                                                  {"availability", t.availability != nullptr},
                                                  {"book", t.book != nullptr},
                                                  {"find_by_reference", t.find_by_reference != nullptr},
                                                  {"get", t.get != nullptr},
                                                  {"change", t.change != nullptr},
                                                  {"cancel", t.cancel != nullptr},
                                                  {"set_stay_status", t.set_stay_status != nullptr},
                                                  {"changes_since", t.changes_since != nullptr},
                                                  {"health", t.health != nullptr}};
  for (const auto& [name, there] : entries) {
    if (!there) return name;
  }
  return "";
}

Finding table_complete(Trial& trial) {
  const auto kind = trial.subject().kind();
  const auto id = interface_of(kind);
  const auto life = trial.start();
  if (life.instance.query(id) == nullptr)
    return fail("query(\"" + std::string(id) + "\") is NULL, but that is the interface of its kind: answer its table");
  const auto missing = missing_entry(life.instance, kind);
  if (!missing.empty()) return fail(std::string(id) + " lacks " + missing + ", which is not optional: implement it");
  return pass(std::string(id) + " has everything that is not optional");
}

Finding self_test_sends_nothing(Trial& trial) {
  const auto life = trial.start();
  for (const auto& job : early_jobs(life.instance)) perform(life.instance, job);
  for (const auto& request : life.host.requests()) {
    if (request.method != "GET" && request.method != "HEAD")
      return warn("the self-test asks the provider with " + request.method + " " + request.url +
                  ": make sure that nothing real is sent by it");
  }
  return pass(std::to_string(life.host.requests().size()) + " request(s), all of them reading");
}

/// What is wrong with a line of the self-test.
std::string flaw_of(const Answer::Check& line) {
  if (line.stage.empty()) return "a line without a stage: name what was tried";
  if (!line.ok && (line.cause.empty() || line.remedy.empty()))
    return "\"" + line.stage + "\" fails without cause or remedy: say why and what to do";
  return {};
}

Finding self_test_tells(Trial& trial) {
  if (trial.subject().kind() == AGENTE_KIND_PMS) return skip("a PMS has health, and no lines");
  const auto life = trial.start();
  std::size_t lines = 0;
  for (const auto code : {AGENTE_OK, AGENTE_E_TIMEOUT, AGENTE_E_CONFIG}) {
    life.host.set_web({.code = code});
    for (const auto& job : early_jobs(life.instance)) {
      if (job.name != "self_test") continue;
      Answer answer;
      const auto outcome = perform(life.instance, job, {}, answer);
      if (outcome.status == AGENTE_OK && answer.checks.empty())
        return fail("the self-test says that it is well, but tells no line: write one for each thing it tried");
      for (const auto& line : answer.checks) {
        if (const auto flaw = flaw_of(line); !flaw.empty()) return fail("the self-test writes " + flaw);
      }
      lines += answer.checks.size();
    }
  }
  return pass(std::to_string(lines) + " line(s), each with a stage, and with cause and remedy where it failed");
}

Finding quiet_after_destroy(Trial& trial) {
  const auto& plugin = trial.plugin();
  const auto first = trial.start(plugin);
  perform_all(first.instance);
  first.instance.destroy();
  const auto second = trial.start(plugin);
  perform_all(second.instance);
  second.instance.destroy();
  const auto late = first.host.breaches(Rule::kAfterEnd);
  if (late.empty()) return pass("no service was used after destroy");
  return fail(late.front().text + ": forget the host pointer of an instance with the instance");
}

Finding nothing_before_live(Trial& trial) {
  const auto life = trial.prepare(trial.plugin());
  const auto created = life.instance.create(trial.subject().given.text);
  if (created.status != AGENTE_OK) return skip("no instance can be made");
  for (const auto& job : early_jobs(life.instance)) perform(life.instance, job);
  const auto early = life.host.breaches(Rule::kBeforeLive);
  if (!early.empty())
    return fail(early.front().text +
                " before the instance was live, where it is refused: write in the first call, poll "
                "or timer instead; a version that fails its self-test must leave no trace");
  return pass("create and self-test write nothing");
}

Finding destroy_elsewhere(Trial& trial) {
  const auto life = trial.start();
  std::thread([&] { perform_all(life.instance); }).join();
  std::thread([&] { life.instance.destroy(); }).join();
  return pass("created, used and destroyed by three threads");
}

constexpr Check kChecks[] = {
    {.id = kCreates,
     .about = "create with the config of this run answers OK, and destroy right after it works. Checks that use an "
              "instance stand on this one.",
     .run = &create_destroy,
     .needs = kAnswers},
    {.id = "lifecycle/create-failure-clean",
     .about =
         "While each service fails in each way, create either works or fails with a code of abi.h; a failed create "
         "leaves no timer and neither throws nor crashes. (That it leaves no memory: "
         "memory/no-leak-when-create-fails.)",
     .run = &failure_leaves_nothing,
     .needs = kCreates},
    {.id = "lifecycle/fifty-instances",
     .about = "Fifty instances live beside each other: a hotel group has one for each account.",
     .run = &fifty_instances,
     .needs = kCreates},
    {.id = "lifecycle/unknown-interface-null",
     .about = "query answers NULL for an interface that the plugin does not offer; newer hosts ask for newer ones.",
     .run = &unknown_interface,
     .needs = kCreates},
    {.id = "lifecycle/table-stable",
     .about = "query answers the same table every time, from any thread.",
     .run = &stable_table,
     .needs = kWorks},
    {.id = kComplete,
     .about = "query answers the table of the plugin's kind, with every entry that the header does not call optional.",
     .run = &table_complete,
     .needs = kCreates},
    {.id = "lifecycle/self-test-reads-only",
     .about = "The self-test, which runs at every upgrade, asks the provider with GET and HEAD only. Only a warning, "
              "since some providers read by POST.",
     .run = &self_test_sends_nothing,
     .needs = kWorks},
    {.id = "lifecycle/self-test-tells",
     .about = "The self-test writes at least one line; each has a stage, and one that fails has a cause and a remedy.",
     .run = &self_test_tells,
     .needs = kWorks},
    {.id = "lifecycle/quiet-after-destroy",
     .about = "Once destroy has returned, the instance's host is not used any more, not even by another instance.",
     .run = &quiet_after_destroy,
     .needs = kWorks},
    {.id = "lifecycle/nothing-before-live",
     .about =
         "Neither create nor the self-test tries to write kv values: until the instance is live that is refused, and "
         "what it wanted to keep would be lost.",
     .run = &nothing_before_live,
     .needs = kComplete},
    {.id = "lifecycle/destroy-on-another-thread",
     .about = "An instance may be used and destroyed by other threads than the one that made it.",
     .run = &destroy_elsewhere,
     .needs = kWorks},
};

}  // namespace

std::span<const Check> lifecycle_checks() { return kChecks; }

}  // namespace agente::conformance
