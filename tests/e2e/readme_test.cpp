// The lines that the README gives to paste, run as they stand: only ports, secret and paths are this stage's.
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

std::string readme() {
  std::ifstream in(AGENTE_SOURCE "/README.md");
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

/// The shell block between <!-- demo:NAME --> and <!-- /demo -->.
std::string block(const std::string& name) {
  const auto text = readme();
  const auto start = text.find("```sh\n", text.find("<!-- demo:" + name + " -->")) + 6;
  return text.substr(start, text.find("```", start) - start);
}

void replace_all(std::string& text, const std::string& what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

std::string run_on(const Stage& stage, std::string lines) {
  replace_all(lines, "http://127.0.0.1:8000", stage.host_url());
  replace_all(lines, "http://127.0.0.1:8090", stage.simulator_url());
  replace_all(lines, "demo-app-secret", Stage::secret());
  replace_all(lines, "build/release/bin/agentctl", std::string(AGENTE_CTL) + " --url " + stage.host_url());
  return run({"bash", "-euo", "pipefail", "-c", lines});
}

TEST(Readme, LinesForTheTerminalEndInAConfirmedBooking) {
  Stage stage({});
  stage.start_simulator();
  stage.start_host();
  EXPECT_THAT(run_on(stage, block("chat")), ::testing::HasSubstr("H-000001"));
}

TEST(Readme, LinesForASignedWebhookShowTheConfirmationInTheSimulatorsLog) {
  Stage stage({});
  stage.start_simulator();
  stage.start_host();
  run_on(stage, block("webhook"));
  EXPECT_TRUE(eventually([&] {
    const auto texts = stage.texts_to("34600111222");
    return !texts.empty() && texts.back().find("H-000001") != std::string::npos;
  }));
}

}  // namespace
}  // namespace agente::e2e
