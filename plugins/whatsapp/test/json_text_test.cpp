#include "json_text.hpp"

#include <random>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "utf8.hpp"

namespace agente::whatsapp {
namespace {

using nlohmann::json;

TEST(JsonText, FindsMembersElementsAndTexts) {
  const std::string text = R"( {"a" : [1, "two", null, {"b":true}] , "n":null, "a":"later", "\u0063":"c"} )";
  ASSERT_TRUE(is_json(text));
  const Json root{text};

  std::vector<std::string> elements;
  root["a"].elements([&](const Json& e) { elements.emplace_back(e.raw()); });
  EXPECT_EQ(elements, (std::vector<std::string>{"1", "\"two\"", "", R"({"b":true})"}));
  EXPECT_FALSE(root["n"]);
  EXPECT_FALSE(root["missing"]["deeper"].first());
  EXPECT_EQ(root["c"].text(), "c");
  EXPECT_EQ(root["a"].first().integer(), 1);
}

TEST(JsonText, DecodesEscapesAndReplacesWhatIsNoCharacter) {
  const auto text_of = [](std::string_view json_text) {
    EXPECT_TRUE(is_json(json_text)) << json_text;
    return Json{json_text}.text();
  };

  EXPECT_EQ(text_of(R"("ma\u00f1ana \ud83d\ude0a \/ \"\\\b\f\n\r\t")"), "mañana 😊 / \"\\\b\f\n\r\t");
  EXPECT_EQ(text_of(R"("half \ud83d of it")"), "half \uFFFD of it");
  EXPECT_EQ(text_of(R"("\ude0a\ud83d\u0041")"), "\uFFFD\uFFFDA");
  EXPECT_EQ(text_of("\"\xff\xc3\xa9\xe2\x82\""), "\uFFFDé\uFFFD\uFFFD");
  EXPECT_EQ(text_of(R"("\u0000")"), std::string(1, '\0'));
}

TEST(JsonText, EndsAStringAtTheFirstQuoteThatNoBackslashEscapes) {
  const std::string text = R"({"":"","a":"\\\\","b":"\\\"","c":"\"\"","d":["}","\\"],"e":"end"})";
  ASSERT_TRUE(is_json(text));
  const auto expected = json::parse(text);
  const Json root{text};
  for (const auto* name : {"", "a", "b", "c", "e"}) EXPECT_EQ(root[name].text(), expected[name]) << name;
  EXPECT_EQ(root["d"].first().text(), "}");
}

TEST(JsonText, TakesIntegersFromNumbersAndStringsOnly) {
  EXPECT_EQ(Json{"1763200100"}.integer(), 1763200100);
  EXPECT_EQ(Json{R"("1763200100")"}.integer(), 1763200100);
  for (const auto* text : {"1.5", R"("12x")", R"("")", "true", "[1]", "99999999999999999999"})
    EXPECT_EQ(Json{text}.integer(), std::nullopt) << text;
}

TEST(JsonText, RefusesNestingBeyondItsDepthWithoutLookingFurther) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };

  EXPECT_TRUE(is_json(nested(kDeepest)));
  EXPECT_FALSE(is_json(nested(kDeepest + 2)));
  EXPECT_FALSE(is_json(std::string(3'000'000, '[')));
  EXPECT_FALSE(is_json(std::string(3'000'000, '{')));
}

TEST(JsonText, QuotesWhatAnotherParserReadsBack) {
  std::string all;
  for (int c = 0; c < 128; ++c) all.push_back(static_cast<char>(c));
  all += "ñ😊";

  EXPECT_EQ(json::parse(json_string(all)).get<std::string>(), all);
  EXPECT_EQ(json::parse(json_string("a\xff")).get<std::string>(), "a\uFFFD");
}

/// The same value as another parser builds, read through Json.
json rebuilt(const Json& value) {
  if (!value) return nullptr;
  const char first = value.raw().front();
  if (first == '"') return value.text();
  if (first != '{' && first != '[') return json::parse(value.raw());
  json out = first == '{' ? json::object() : json::array();
  value.members([&](const std::string& name, const Json& member) { out[name] = rebuilt(member); });
  value.elements([&](const Json& element) { out.push_back(rebuilt(element)); });
  return out;
}

std::string mutated(std::string text, std::mt19937& random) {
  constexpr std::string_view kBytes = "{}[]\",:\\u0d8a1-+.eEtrufalsn \n\t\x01\xc3\xa9/";
  const auto pick = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>{0, n - 1}(random); };
  for (auto edits = pick(4); edits > 0 && !text.empty(); --edits) {
    const auto at = pick(text.size());
    if (pick(3) == 0)
      text.erase(at, 1 + pick(4));
    else
      text.insert(at, 1, kBytes[pick(kBytes.size())]);
  }
  return text;
}

TEST(JsonText, AgreesWithAnotherParserOnDamagedTexts) {
  std::mt19937 random{20260915};
  const std::string sample =
      R"({"a":[1,-2.5e+3,0,"x\u00e9\ud83d\ude0a\n"],"b":{"c":null,"d":[[],{}]},"e":true,"f":false})";
  int valid = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto text = mutated(sample, random);
    const bool theirs = json::accept(text);
    if (theirs) {
      EXPECT_EQ(rebuilt(Json{text}), json::parse(text)) << text;
    }
    if (theirs != is_json(text)) {  // we are laxer about characters, about nothing else
      EXPECT_FALSE(theirs) << text;
      EXPECT_TRUE(text.find("\\ud") != std::string::npos || clean_utf8(text) != text) << text;
    }
    valid += theirs ? 1 : 0;
  }
  EXPECT_GT(valid, 4'000);
}

TEST(Utf8, CountsCharactersNotBytes) {
  EXPECT_EQ(count_characters("año 😊"), 5U);
  EXPECT_EQ(count_characters("\xff\xff"), 2U);
  EXPECT_EQ(count_characters(""), 0U);
}

}  // namespace
}  // namespace agente::whatsapp
