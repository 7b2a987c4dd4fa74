#include "messaging/parts.hpp"

#include <gmock/gmock.h>

#include "base/text.hpp"

namespace agente::messaging {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST(Parts, ATextThatFitsIsLeftAsItIs) {
  EXPECT_THAT(in_parts("", 10), ElementsAre(""));
  EXPECT_THAT(in_parts(" Hola.\n\n", 10), ElementsAre(" Hola.\n\n"));
  EXPECT_THAT(in_parts("ñañañañaña", 10), ElementsAre("ñañañañaña"));
}

TEST(Parts, ALongTextIsCutBehindAParagraphOrElseASentence) {
  EXPECT_THAT(in_parts("Uno dos tres.\n\nSí. Cuatro cinco", 20), ElementsAre("Uno dos tres.", "Sí. Cuatro cinco"));
  EXPECT_THAT(in_parts("Uno dos tres. Cuatro cinco", 20), ElementsAre("Uno dos tres.", "Cuatro cinco"));
  EXPECT_THAT(in_parts("¿Uno dos tres?\nCuatro cinco", 20), ElementsAre("¿Uno dos tres?", "Cuatro cinco"));
}

TEST(Parts, ASentenceThatFitsExactlyStaysWhole) {
  EXPECT_THAT(in_parts("Uno dos tres. Cuatro", 13), ElementsAre("Uno dos tres.", "Cuatro"));
}

TEST(Parts, WithoutASentenceItIsCutBetweenWords) {
  EXPECT_THAT(in_parts("uno dos tres cuatro", 9), ElementsAre("uno dos", "tres", "cuatro"));
  EXPECT_THAT(in_parts("Ver 1.50 https://hotel.example/a.b?c=d", 30),
              ElementsAre("Ver 1.50", "https://hotel.example/a.b?c=d"));
}

TEST(Parts, AWordThatIsTooLongIsCutBetweenCharactersAsTheyAreSeen) {
  EXPECT_THAT(in_parts("aaaaaaaaaaaa", 5), ElementsAre("aaaaa", "aaaaa", "aa"));
  const std::string family = "👨‍👩‍👧";  // five code points
  EXPECT_THAT(in_parts("ab" + family + "c", 5), ElementsAre("ab", family, "c"));
  EXPECT_THAT(in_parts(family, 3), SizeIs(2));  // no place at all: still no part is too long
}

TEST(Parts, NothingButBlanksIsLostWhateverTheLimit) {
  const std::string text = "Hola, señora. La habitación 😊 cuesta 1.50 €.\n\n  ¿Algo más?  https://x.example/ñ  fin ";
  const auto bare = [](std::string from) {
    std::erase_if(from, [](char c) { return c == ' ' || c == '\n'; });
    return from;
  };
  for (std::size_t longest = 1; longest <= 100; ++longest) {
    std::string joined;
    for (const auto& part : in_parts(text, longest)) {
      EXPECT_LE(count_code_points(part), longest);
      EXPECT_EQ(clean_utf8(part), part);
      joined += part;
    }
    EXPECT_EQ(bare(joined), bare(text)) << longest;
  }
}

}  // namespace
}  // namespace agente::messaging
