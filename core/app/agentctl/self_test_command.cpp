// agentctl self-test [CHANNEL|PMS].
#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "app/agentctl/commands.hpp"

namespace agente::agentctl {
namespace {

using nlohmann::json;

void print_stage(const json& stage) {
  const bool ok = stage.at("ok").get<bool>();
  std::printf("  %-7s %s\n", ok ? "ok" : "failed", stage.at("stage").get<std::string>().c_str());
  const auto* what = ok ? "note: " : "cause:";  // what could not be looked at, or is to come
  if (stage.at("cause").is_string()) std::printf("          %s  %s\n", what, stage["cause"].get<std::string>().c_str());
  if (stage.at("remedy").is_string()) std::printf("          remedy: %s\n", stage["remedy"].get<std::string>().c_str());
}

}  // namespace

int self_test(const Common& common, const std::string& instance) {
  const auto query = instance.empty() ? std::string() : "?instance=" + url_encoded(instance);
  const auto answer = common.client().get("/api/v1/admin/self-test" + query);
  if (!answer) return failed(answer.error());
  if (common.json) {
    std::printf("%s\n", answer->dump().c_str());
  } else {
    for (const auto& result : answer->at("instances")) {
      std::printf("%s\n", result.at("instance").get<std::string>().c_str());
      for (const auto& stage : result.at("stages")) print_stage(stage);
    }
  }
  return answer->at("ok").get<bool>() ? 0 : 1;
}

void add_self_test(CLI::App& app, Common& common, Chosen& chosen) {
  auto instance = std::make_shared<std::string>();
  add_command(app, common, chosen, "self-test",
              "per stage ok or failed, with cause and remedy, or what to note; exit 1 when something failed; sends "
              "guests nothing",
              [&common, instance] { return self_test(common, *instance); })
      ->add_option("INSTANCE", *instance, "a channel's id, `pms` or `<hotel>/pms` (default: all)");
}

}  // namespace agente::agentctl
