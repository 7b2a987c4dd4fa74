#include "config/document.hpp"

#include <random>

#include <gmock/gmock.h>

namespace agente::config {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

Document parse(std::string_view text) { return parse_document(text, "hotel.yaml"); }

/// The only problem of `text` as "LINE:COL what".
std::string problem_of(std::string_view text) {
  const auto document = parse(text);
  if (document.problems.size() != 1) return std::to_string(document.problems.size()) + " problems";
  const auto& problem = document.problems.front();
  return std::to_string(problem.at.line) + ":" + std::to_string(problem.at.column) + " " + problem.text;
}

TEST(Document, PlainScalarsFollowYaml12AndQuotedOnesAreText) {
  const auto document = parse(
      "[yes, no, on, off, true, False, 12, -7, +3, 0x1F, 0o17, 1.5, 1e3, .5, ~, null, '12', \"true\", 1_000, 12:30, "
      "99999999999999999999, .inf, 0x, -, 1e999]");

  EXPECT_TRUE(document.problems.empty());
  EXPECT_EQ(document.value.dump(),
            R"(["yes","no","on","off",true,false,12,-7,3,31,15,1.5,1000.0,0.5,null,null,"12","true","1_000","12:30",)"
            R"("99999999999999999999",".inf","0x","-","1e999"])");
}

TEST(Document, KnowsTheLineAndColumnOfEachValueInCharacters) {
  const auto document = parse("a: 1\n# ñ\n\"ñandú\": {b: [x, y]}\n");

  EXPECT_EQ(document.where({"ñandú", "b", "1"}), (Mark{3, 18}));
  EXPECT_EQ(document.where_key({"ñandú"}), (Mark{3, 1}));
  EXPECT_EQ(document.where({"ñandú", "b", "7", "no"}), (Mark{3, 14})) << "the nearest value around it";
}

TEST(Document, AnEmptyValueStandsAtItsKey) { EXPECT_EQ(parse("a:\n\nb: 1\n").where({"a"}), (Mark{1, 1})); }

TEST(Document, AliasesAnchorsAndTagsAreEachReportedAndReadingGoesOn) {
  const auto document = parse("a: &x 1\nb: *x\nc: !!str 5\nd: 4\nd: 5\n");

  ASSERT_THAT(document.problems, SizeIs(4));
  EXPECT_THAT(document.problems[0].text, HasSubstr("anchors (&) are not used"));
  EXPECT_THAT(document.problems[1].text, HasSubstr("aliases (*) are not used"));
  EXPECT_EQ(document.problems[1].at, (Mark{2, 4}));
  EXPECT_THAT(document.problems[2].text, HasSubstr("tags (!) are not used"));
  EXPECT_EQ(format(document.problems[3]), "hotel.yaml:5:1: `d` is written twice, first in line 4; delete one of them");
  EXPECT_TRUE(document.refused({"b"}));
  EXPECT_FALSE(document.refused({"a"}));
  EXPECT_EQ(document.value["d"], 4);
}

TEST(Document, AnAliasBombIsRefusedWithoutBeingBuilt) {
  std::string bomb = "a0: &a0 [x]\n";
  for (int i = 1; i < 40; ++i) {
    const auto last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last + ", " + last + "]\n";
  }

  const auto document = parse(bomb);

  EXPECT_GE(document.problems.size(), 40U);
  EXPECT_LE(document.value.dump().size(), 2000U);
}

TEST(Document, DepthBeyond32IsRefusedInEveryStyle) {
  std::string block;
  for (int i = 0; i < 300; ++i) block += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";

  EXPECT_THAT(problem_of(block), HasSubstr("33:33 this is nested more than 32 levels deep"));
  EXPECT_THAT(problem_of(std::string(500, '[')), HasSubstr("1:1"));
  EXPECT_THAT(problem_of(std::string(10'000, '[')), HasSubstr("too many brackets are open"));
  EXPECT_THAT(problem_of(std::string(4U << 20U, '{')), HasSubstr("too many brackets are open"));
  std::string dashes;
  for (int i = 0; i < 10'000; ++i) dashes += "- ";
  EXPECT_THAT(problem_of(dashes), HasSubstr("nested more than 32"));
  std::string quoted_brackets;
  for (int i = 0; i < 100'000; ++i) quoted_brackets += "[']',";
  EXPECT_THAT(problem_of(quoted_brackets), HasSubstr("1:1"));
}

TEST(Document, WhatIsNoConfigIsRefusedWithASentence) {
  EXPECT_THAT(problem_of(""), HasSubstr("1:1 the file is empty"));
  EXPECT_THAT(problem_of("# only a comment\n"), HasSubstr("the file is empty"));
  EXPECT_THAT(problem_of("a: 1\n---\nb: 2\n"), HasSubstr("a second document starts here"));
  EXPECT_THAT(problem_of("a: 1\nb: \xFF\n"), HasSubstr("2:4 this byte is not UTF-8"));
  EXPECT_THAT(problem_of(std::string_view("a: 1\nb\0: 2\n", 11)), HasSubstr("2:2 there is a NUL byte"));
  EXPECT_THAT(problem_of("a: 1\x04\nb: 2\n"), HasSubstr("1:5 there is a control character"));
  EXPECT_THAT(problem_of("a:\n\tb: 1\n"), HasSubstr("a tab is used for indentation"));
  EXPECT_THAT(problem_of("\x7F"
                         "ELF"),
              HasSubstr("control character"));
  EXPECT_THAT(problem_of("? [a]\n: 1\n"), HasSubstr("a key must be plain text"));
  EXPECT_THAT(problem_of(": 1\n"), HasSubstr("a key is missing"));
  EXPECT_THAT(problem_of("a: b: c\n"), HasSubstr("1:5 a colon is not allowed here"));
  EXPECT_THAT(problem_of("a: \"b\nc: d\n"), HasSubstr("1:4 a quote is never closed"));
  EXPECT_THAT(problem_of("a: 'it''s\n"), HasSubstr("1:4 a quote is never closed"));
  EXPECT_TRUE(parse("a: 'it''s'\n").problems.empty());
  EXPECT_THAT(problem_of("a: [1, 2\n"), HasSubstr("a `[` is never closed"));
  EXPECT_THAT(problem_of("a: @home\n"), HasSubstr("1:4 a value cannot start with this character"));
  EXPECT_THAT(problem_of("a: " + std::string(70'000, 'x') + "\n"), HasSubstr("1:4 this value is longer than 64 KiB"));
  EXPECT_THAT(problem_of(std::string(300, 'k') + ": 1\n"), HasSubstr("this key is longer than 256 bytes"));
  EXPECT_THAT(problem_of(std::string(5U << 20U, 'x')), HasSubstr("the file is larger than 4 MiB"));
  std::string many = "[";
  for (int i = 0; i < 150'000; ++i) many += "1,";
  EXPECT_THAT(problem_of(many + "1]"), HasSubstr("more than 100000 values"));
}

TEST(Document, AByteOrderMarkAndWindowsLineEndsAreNoProblem) {
  const auto document = parse(
      "\xEF\xBB\xBF"
      "a: 1\r\nb: x\r\n");

  EXPECT_TRUE(document.problems.empty());
  EXPECT_EQ(document.value.dump(), R"({"a":1,"b":"x"})");
  EXPECT_EQ(document.where({"b"}), (Mark{2, 4}));
}

TEST(Document, ReadingStopsAfterAHundredProblems) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "a: 1\n";

  EXPECT_THAT(parse(text).problems, SizeIs(100));
}

TEST(Document, AnyBytesAreReadWithoutAnException) {
  std::mt19937 random(20261122);
  const std::string alphabet = "ab:,-?[]{}#&*!|>'\"%@` \n\t~0x.\\\r<$=\xC3\xB1";
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (auto n = random() % 40; n > 0; --n) text += alphabet[random() % alphabet.size()];
    const auto document = parse(text);
    EXPECT_TRUE(document.complete || !document.problems.empty()) << text;
  }
}

}  // namespace
}  // namespace agente::config
