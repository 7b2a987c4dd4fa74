// The development dialogues of understanding, each through the real host by `agentctl chat`, judged by its own final.
#include <algorithm>
#include <cctype>
#include <fstream>
#include <iostream>

#include <gtest/gtest.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

using nlohmann::json;

std::vector<json> dialogues() {
  std::ifstream in(AGENTE_SOURCE "/core/concierge/testdata/dialogues.dev.jsonl");
  std::vector<json> all;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) all.push_back(json::parse(line));
  }
  return all;
}

/// The fixture of a dialogue as house-pms takes it (JSON is YAML).
std::string pms_config(const json& fixture) {
  json config{{"rooms", json::object()}, {"sold_out", fixture["sold_out"]}, {"existing", fixture["existing"]}};
  for (const auto& [type, count] : fixture["inventory"].items()) {
    config["rooms"][type] = {{"count", count}, {"capacity", fixture["capacity"][type]}, {"rate_minor", 10000}};
  }
  config["file"] = "pms.json";
  return config.dump();
}

std::string folded(const json& value) {
  auto text = value.is_string() ? value.get<std::string>() : value.dump();
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// What differs from the final that was asked for; empty: the dialogue passes.
std::string difference(const json& wanted, const json& got) {
  std::string out;
  for (const auto& [key, value] : wanted.items()) {
    const bool any = key.ends_with("_any");
    const auto name = any ? key.substr(0, key.size() - 4) : key;
    const auto found = got.value(name, json(nullptr));
    const bool same = any ? std::ranges::any_of(value, [&](const json& v) { return folded(v) == folded(found); })
                          : folded(value) == folded(found);
    if (!same) out += name + ": want " + value.dump() + " got " + found.dump() + "; ";
  }
  return out;
}

TEST(Dialogues, AtLeastTwelveOfTheFourteenEndAsTheyShould) {
  int passed = 0;
  const auto all = dialogues();
  for (const auto& dialogue : all) {
    Stage stage({.clock = dialogue["reference_date"], .pms_config = pms_config(dialogue["fixture"])});
    stage.start_host();
    std::string lines;
    for (const auto& turn : dialogue["turns"]) lines += turn.get<std::string>() + "\n";
    const auto said = stage.agentctl({"chat", "--as", "ana"}, lines);
    const auto wrong = difference(dialogue["final"], stage.conversation("webchat", "ana"));
    passed += wrong.empty() ? 1 : 0;
    if (!wrong.empty()) std::cout << dialogue["id"] << ": " << wrong << "\n" << said << "\n";
  }
  std::cout << passed << " of " << all.size() << " dialogues\n";
  ASSERT_EQ(all.size(), 14U);
  EXPECT_GE(passed, 12);
}

}  // namespace
}  // namespace agente::e2e
