#include <algorithm>
#include <string>

#include "conformance/check.hpp"

// Exporters: what can be judged without the other side.
namespace agente::conformance {
namespace {

using nlohmann::json;

const agente_exporter_v1& table_of(const Instance& instance) {
  return instance.table<agente_exporter_v1>(AGENTE_EXPORTER_V1);
}

/// What is wrong with what describe wrote.
std::string flaw_of(const std::string& text) {
  const auto wish = json::parse(text, nullptr, false);
  if (!wish.is_object()) return "no JSON object: \"" + text.substr(0, 60) + "\"";
  const auto events = wish.value("events", json());
  if (!events.is_array() || events.empty()) return R"(no list "events" with at least one pattern)";
  if (!std::ranges::all_of(events, [](const json& e) { return e.is_string() && !e.get<std::string>().empty(); }))
    return R"(something in "events" that is no text)";
  const auto most = wish.value("max_batch", json());
  if (!most.is_number_integer() || most.get<std::int64_t>() < 1) return R"("max_batch" that is no number from 1 up)";
  return {};
}

Finding describe_valid(Trial& trial) {
  const auto life = trial.start();
  const auto job = jobs_of(life.instance).front();
  Answer answer;
  const auto outcome = perform(life.instance, job, {}, answer);
  if (outcome.status != AGENTE_OK) return fail(described(outcome) + ": it must say what it wants to be fed");
  if (const auto flaw = flaw_of(answer.text); !flaw.empty())
    return fail("describe writes " + flaw + R"(: write {"events": ["reservation.*"], "max_batch": 500})");
  return pass(answer.text.substr(0, 100));
}

Finding empty_batch(Trial& trial) {
  const auto life = trial.start();
  const auto outcome = perform(life.instance, export_job(table_of(life.instance), "batch-0", 0));
  if (outcome.status == AGENTE_E_INTERNAL || outcome.status == AGENTE_E_INVALID)
    return fail("a batch without events: " + described(outcome) + "; answer OK, there is nothing to lose");
  return pass(described(outcome));
}

Finding batch_repeated(Trial& trial) {
  constexpr std::size_t kEvents = 5;
  const auto life = trial.start();
  const auto job = export_job(table_of(life.instance), "batch-7f3a", kEvents);
  std::vector<TrialHost::Request> sent;
  for (int i = 0; i < 2; ++i) {
    life.host.forget();
    perform(life.instance, job);
    const auto requests = life.host.requests();
    if (requests.empty()) return skip("it sends nothing over agente.http/1");
    sent.push_back(requests.back());
  }
  const auto shows = [](const auto& r) { return (r.url + r.headers + r.body).find("batch-7f3a") != std::string::npos; };
  if (shows(sent[0]) && shows(sent[1])) return pass("sent again with the same id");
  if (shows(sent[0]))
    return fail("the first time a batch carries its id and the second time not: the other side would count it twice");
  if (sent[0].body != sent[1].body)
    return fail(
        "a batch that comes again is sent differently and without its id: the other side could not tell that it "
        "has it");
  return pass("sent again with the same contents");
}

constexpr auto kExporter = static_cast<std::uint32_t>(AGENTE_KIND_EXPORTER);

constexpr Check kChecks[] = {
    {.id = "kind/describe-valid",
     .about = R"(describe writes a JSON object such as {"events": ["reservation.*"], "max_batch": 500}.)",
     .run = &describe_valid,
     .needs = kWorks,
     .kind = kExporter},
    {.id = "kind/empty-batch",
     .about = "A batch without events is neither INVALID nor INTERNAL.",
     .run = &empty_batch,
     .needs = kWorks,
     .kind = kExporter},
    {.id = "kind/batch-repeated",
     .about =
         "A batch that comes again is sent with its id, whatever else differs, such as a time; or, if it never was, "
         "with the very same contents.",
     .run = &batch_repeated,
     .needs = kWorks,
     .kind = kExporter},
};

}  // namespace

std::span<const Check> exporter_checks() { return kChecks; }

}  // namespace agente::conformance
