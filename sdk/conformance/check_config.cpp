#include <algorithm>

#include "conformance/check.hpp"

// The schema of the plugin's settings, and how instances take what fits it.
namespace agente::conformance {
namespace {

using nlohmann::json;

constexpr std::size_t kShortestNeedle = 4;

const json& usable_schema(const Trial& trial) {
  const auto& subject = trial.subject();
  if (!subject.schema_trouble.empty()) throw Settled{skip("the schema cannot be used")};
  return *subject.schema;
}

/// Creates an instance with `config` and destroys it again.
Outcome try_config(Trial& trial, const agente_plugin& plugin, const json& config) {
  const auto given = without_secrets(usable_schema(trial), config);
  const auto life = trial.prepare(plugin, trial.kv(), given);
  const auto created = life.instance.create(given.text);
  life.instance.destroy();
  return created;
}

Finding schema_usable(Trial& trial) {
  const auto& trouble = trial.subject().schema_trouble;
  if (trouble.empty()) return pass("a JSON Schema of draft 7 that describes an object");
  return fail("the config schema cannot be used: " + trouble + "; repair the schema");
}

Finding unknown_keys(Trial& trial) {
  const auto& schema = usable_schema(trial);
  auto config = trial.subject().config;
  config["no-such-key-of-this-plugin"] = 1;
  if (misfit(schema, config)) return pass("a key that nobody knows is refused");
  return warn(
      "the schema takes keys that nobody knows, so a misspelt setting passes unnoticed: add "
      "\"additionalProperties\": false");
}

Finding examples_fit(Trial& trial) {
  const auto& schema = usable_schema(trial);
  const auto examples = schema.value("examples", json());
  if (!examples.is_array() || examples.empty())
    return warn("the schema has no \"examples\": add one; people copy it, and this program tries it");
  for (std::size_t i = 0; i < examples.size(); ++i) {
    if (const auto why = misfit(schema, examples[i]))
      return fail("example " + std::to_string(i + 1) + " of the schema does not fit the schema: " + *why);
  }
  return pass(std::to_string(examples.size()) + " example(s) fit the schema");
}

Finding examples_accepted(Trial& trial) {
  const auto& schema = usable_schema(trial);
  const auto& plugin = trial.plugin();
  const auto examples = schema.value("examples", json::array());
  std::size_t tried = 0;
  for (std::size_t i = 1; i < examples.size(); ++i) {  // create-destroy tries the first
    if (misfit(schema, examples[i])) continue;
    ++tried;
    const auto created = try_config(trial, plugin, examples[i]);
    if (created.status != AGENTE_OK)
      return fail("example " + std::to_string(i + 1) + " of the schema: " + described(created) +
                  "; repair the example or create");
  }
  if (tried == 0) return skip("the schema has no second example");
  return pass(std::to_string(tried) + " more example(s) accepted");
}

Finding required_said(Trial& trial) {
  const auto& schema = usable_schema(trial);
  const auto& plugin = trial.plugin();
  for (const auto& [key, value] : trial.subject().config.items()) {
    auto without = trial.subject().config;
    without.erase(key);
    if (misfit(schema, without)) continue;
    const auto created = try_config(trial, plugin, without);
    if (created.status != AGENTE_OK)
      return warn("without \"" + key + "\", which the schema does not require, " + described(created) +
                  ": add it to \"required\", so that the operator is told by name and line");
  }
  return pass("create works without any of the keys that are not required");
}

/// Where a text is found in what the plugin shows to people; empty: nowhere.
std::string shown_in(const TrialHost& host, const std::vector<Outcome>& outcomes, const std::string& needle) {
  if (host.log().find(needle) != std::string::npos) return "a log line";
  for (const auto& outcome : outcomes) {
    if (outcome.text().find(needle) != std::string::npos) return "the error text of " + outcome.job;
  }
  return {};
}

Finding secrets_kept(Trial& trial) {
  usable_schema(trial);
  const auto& secrets = trial.subject().given.secrets;
  if (secrets.empty()) return skip("no value of the config is marked writeOnly");
  const auto life = trial.start();
  std::vector<Outcome> outcomes;
  for (const int status : {200, 401, 400, 500}) {
    life.host.set_web({.status = status});
    for (auto& outcome : perform_all(life.instance)) outcomes.push_back(std::move(outcome));
  }
  life.instance.destroy();
  for (const auto& [pointer, value] : secrets) {
    if (value.size() < kShortestNeedle) continue;
    const auto where = shown_in(life.host, outcomes, value);
    if (!where.empty()) return fail("the secret " + pointer + " is in " + where + ": never print a secret");
  }
  return pass("no secret in log lines or error texts");
}

Finding secrets_read_anew(Trial& trial) {
  usable_schema(trial);
  const auto& secrets = trial.subject().given.secrets;
  if (secrets.empty()) return skip("no value of the config is marked writeOnly");
  const auto life = trial.start();
  perform_all(life.instance);
  for (const auto& [pointer, value] : secrets) life.host.set_secret(pointer, "rotated-" + value.substr(0, 3));
  life.host.forget();
  perform_all(life.instance);
  for (const auto& request : life.host.requests()) {
    const auto sent = request.url + request.headers + request.body;
    for (const auto& [pointer, value] : secrets) {
      if (value.size() >= kShortestNeedle && sent.find(value) != std::string::npos)
        return warn("after " + pointer +
                    " was rotated, a request still carries the old value: ask agente.secrets/1 at "
                    "each use");
    }
  }
  return pass("no request carries a secret that was replaced");
}

Finding random_configs(Trial& trial) {
  const auto& schema = usable_schema(trial);
  const auto& plugin = trial.plugin();
  constexpr std::size_t kConfigs = 40;
  const auto configs = variations(schema, trial.subject().config, trial.random(), kConfigs);
  std::size_t refused = 0;
  for (const auto& config : configs) {
    const auto created = try_config(trial, plugin, config);
    if (const auto flaw = flaw_of(created); !flaw.empty())
      return fail(flaw + "; it was given " + config.dump().substr(0, 200));
    refused += created.status != AGENTE_OK ? 1 : 0;
  }
  if (configs.empty()) return skip("no other config was found that fits the schema");
  return pass(std::to_string(configs.size()) + " configs that fit the schema tried, " + std::to_string(refused) +
              " of them refused");
}

constexpr Check kChecks[] = {
    {.id = kSchema,
     .about =
         "The config schema is JSON, of draft 7, describes an object, and uses only what the host takes: references "
         "into itself, no patternProperties, at most 256 KiB. The host reads it before it loads the plugin.",
     .run = &schema_usable},
    {.id = "config/unknown-keys-refused",
     .about =
         "The schema refuses a key that it does not know, so that a misspelt setting is told to the operator. Only "
         "a warning.",
     .run = &unknown_keys,
     .needs = kSchema},
    {.id = "config/examples-fit",
     .about = "Every one of the schema's examples fits the schema. Having none is a warning.",
     .run = &examples_fit,
     .needs = kSchema},
    {.id = "config/examples-accepted",
     .about = "create accepts the second and every further example of the schema; the first is tried by "
              "lifecycle/create-destroy.",
     .run = &examples_accepted,
     .needs = kCreates},
    {.id = "config/required-keys-said",
     .about =
         "What create cannot do without is \"required\" in the schema: each key that is not is left out once. Only "
         "a warning, since some rules cannot be said in a schema.",
     .run = &required_said,
     .needs = kCreates},
    {.id = "config/secrets-not-shown",
     .about = "Values marked writeOnly appear neither in log lines nor in error texts, whatever the provider answers.",
     .run = &secrets_kept,
     .needs = kWorks},
    {.id = "config/secrets-read-anew",
     .about = "A secret that was rotated between two calls is not used any more: the host changes secrets without a "
              "reload. Only a warning.",
     .run = &secrets_read_anew,
     .needs = kWorks},
    {.id = "config/random-configs",
     .about = "create never crashes, hangs or throws on random configs that fit the schema. Refusing them with "
              "AGENTE_E_CONFIG is fine.",
     .run = &random_configs,
     .needs = kCreates,
     .random = true},
};

}  // namespace

std::span<const Check> config_checks() { return kChecks; }

}  // namespace agente::conformance
