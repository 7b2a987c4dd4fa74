#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "concierge/understanding/understanding.hpp"

// Floors on the development sentences, so that a change of a table that helps one sentence and harms ten is noticed.
namespace agente::concierge {
namespace {

using Json = nlohmann::json;

std::vector<Json> lines_of(const std::string& name) {
  std::ifstream file(std::string(AGENTE_TESTDATA) + "/" + name);
  std::vector<Json> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(Json::parse(line));
  return lines;
}

Json reading_of(const Json& line) {
  const auto moment = line.value("reference_date", "2026-09-15T12:00:00");
  return to_json(understand(line.at("text").get<std::string>(), {.today = *parse_day(moment.substr(0, 10))}));
}

bool same_stay(const Json& got, const Json& wanted) {
  return got.at("checkin") == wanted.at("checkin") && got.at("checkout") == wanted.at("checkout");
}

TEST(Corpus, FindsTheStayInMostSentencesAndNoneWhereThereIsNone) {
  const auto lines = lines_of("dates.dev.jsonl");
  std::size_t exact = 0, invented = 0;
  for (const auto& line : lines) {
    const auto got = reading_of(line);
    exact += same_stay(got, line) ? 1 : 0;
    const bool none = line.at("checkin").is_null() && line.at("checkout").is_null();
    const bool named = !got.at("checkin").is_null() || !got.at("checkout").is_null();
    invented += none && named ? 1 : 0;
  }

  ASSERT_EQ(lines.size(), 160);
  EXPECT_GE(exact, 155U);
  EXPECT_EQ(invented, 0U);
}

TEST(Corpus, FindsTheIntentAndTheLanguageOfMostSentences) {
  const auto lines = lines_of("intents.dev.jsonl");
  std::size_t exact = 0, language = 0;
  for (const auto& line : lines) {
    const auto got = reading_of(line);
    exact += got.at("intent") == line.at("intent") ? 1 : 0;
    language += got.at("lang") == line.at("lang") ? 1 : 0;
  }

  ASSERT_EQ(lines.size(), 190);
  EXPECT_GE(exact, 184U);
  EXPECT_GE(language, 184U);
}

}  // namespace
}  // namespace agente::concierge
