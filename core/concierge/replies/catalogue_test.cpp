#include "concierge/replies/catalogue.hpp"

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

namespace agente::concierge {
namespace {

std::multiset<std::string> placeholders(const std::string& text) {
  static const std::regex pattern("\\{([a-z_]+)\\}");
  std::multiset<std::string> names;
  for (std::sregex_iterator it(text.begin(), text.end(), pattern), end; it != end; ++it) names.insert((*it)[1]);
  return names;
}

TEST(Catalogue, EveryLanguageHasTheSameTextsWithTheSamePlaceholders) {
  const auto& es = Catalogue::of("es");
  for (const auto* language : {"en", "pt"}) {
    const auto& other = Catalogue::of(language);
    EXPECT_EQ(es.texts().size(), other.texts().size()) << language;
    for (const auto& [key, text] : es.texts()) {
      ASSERT_TRUE(other.texts().contains(key)) << language << " lacks " << key;
      EXPECT_EQ(placeholders(text), placeholders(other.texts().at(key))) << language << " " << key;
    }
    for (const auto& [key, list] : es.lists()) EXPECT_FALSE(other.list(key).empty()) << language << " " << key;
    EXPECT_EQ(other.list("months").size(), 12U);
    EXPECT_EQ(other.list("weekdays").size(), 7U);
  }
}

/// Texts are asked for by name; a misspelt one would be silence to a guest.
TEST(Catalogue, HasEveryTextThatTheCodeAsksForAndNoOther) {
  const std::regex literal("\"([a-z]+(_[a-z]+)*)\"");
  std::set<std::string> named;
  for (const auto& file : std::filesystem::directory_iterator(AGENTE_CONCIERGE_SOURCES)) {
    const auto name = file.path().filename().string();
    if (!name.ends_with(".cpp") || name.find("test") != std::string::npos) continue;
    std::stringstream source;
    source << std::ifstream(file.path()).rdbuf();
    const auto text = source.str();
    for (std::sregex_iterator it(text.begin(), text.end(), literal), end; it != end; ++it) named.insert((*it)[1]);
    static const std::regex call("(?:say|ask\\(Question::k[A-Za-z]+,|text|hand_off\\(turn,) ?\\(?\"([a-z_]+)\"");
    for (std::sregex_iterator it(text.begin(), text.end(), call), end; it != end; ++it) {
      const std::string key = (*it)[1];
      EXPECT_TRUE(key.back() == '_' || Catalogue::of("es").texts().contains(key)) << file.path() << " " << key;
    }
  }
  for (const auto& [key, text] : Catalogue::of("es").texts()) {
    const bool composed = key.starts_with("room_") || key.ends_with("_one") || key.ends_with("_other");
    EXPECT_TRUE(composed || named.contains(key)) << key << " is never said";
  }
}

TEST(Catalogue, BracesThatAGuestWroteStayWhatTheyAre) {
  const auto& es = Catalogue::of("es");
  EXPECT_EQ(es.text("and", {{"first", "{second}"}, {"second", "{{first}"}}), "{second} y {{first}");
  EXPECT_EQ(es.text("no such text"), "");
  EXPECT_EQ(Catalogue::of("fr").text("greet_short"), "¡Hola!");
}

}  // namespace
}  // namespace agente::concierge
