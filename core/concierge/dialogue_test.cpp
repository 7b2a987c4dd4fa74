#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "concierge/test_hotel.hpp"
#include "concierge/turn.hpp"

namespace agente::concierge::testing {
namespace {

using nlohmann::json;

std::vector<json> dialogues() {
  std::ifstream file(AGENTE_TESTDATA "/dialogues.dev.jsonl");
  std::vector<json> all;
  for (std::string line; std::getline(file, line);) all.push_back(json::parse(line));
  return all;
}

bool same(const json& wanted, const json& got) {
  if (wanted.is_null()) return got.is_null();
  auto text = [](const json& value) { return folded(value.is_string() ? value.get<std::string>() : value.dump()); };
  return text(wanted) == text(got);
}

/// As the scorer of the set does: every field named in `final` matches; "x_any" is any of its values.
std::string misses(const json& wanted, const json& got) {
  std::string missed;
  for (const auto& item : wanted.items()) {
    const auto& key = item.key();
    const bool any = key.ends_with("_any");
    const auto value = got.value(any ? key.substr(0, key.size() - 4) : key, json());
    bool good = !any && same(item.value(), value);
    for (const auto& each : any ? item.value() : json::array()) good = good || same(each, value);
    if (!good) missed += key + ": want " + item.value().dump() + " got " + value.dump() + "; ";
  }
  return missed;
}

TEST(Dialogues, EveryoneOfTheDeveloperSetEndsAsItShould) {
  int passed = 0;
  const auto all = dialogues();
  for (const auto& dialogue : all) {
    TestPms pms(dialogue.at("fixture"));
    Talk guest(pms, dialogue.at("reference_date").get<std::string>());
    for (const auto& turn : dialogue.at("turns")) guest.say(turn.get<std::string>());
    const auto missed = misses(dialogue.at("final"), guest.report());
    passed += missed.empty() ? 1 : 0;
    std::string whole;
    for (const auto& line : guest.lines) whole += line;
    EXPECT_EQ(missed, "") << dialogue.at("id") << "\n" << whole;
    if (std::getenv("AGENTE_SHOW_DIALOGUES")) std::fputs((whole + "-----\n").c_str(), stderr);
  }
  EXPECT_EQ(passed, 14);
  EXPECT_EQ(all.size(), 14U);
}

}  // namespace
}  // namespace agente::concierge::testing
