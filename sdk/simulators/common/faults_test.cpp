#include "simulators/common/faults.hpp"

#include <array>

#include <gtest/gtest.h>

namespace agente::sim {
namespace {

constexpr std::array kKinds{FaultKind{"slow", "before"}, FaultKind{"deaf", "before"}, FaultKind{"code", "before"},
                            FaultKind{"late", "after"}};

std::string strikes(Faults& faults, int occasions, std::string_view moment = "before") {
  std::string pattern;
  for (int i = 0; i < occasions; ++i) pattern += faults.strike(moment, "") ? 'x' : '.';
  return pattern;
}

TEST(Faults, StrikeTheNextFewOccasionsAndNeverAgain) {
  Faults faults(1, kKinds);
  ASSERT_FALSE(faults.arm({.name = "slow", .next = 2}));
  EXPECT_EQ(strikes(faults, 5), "xx...");
}

TEST(Faults, StrikeEveryThirdOccasion) {
  Faults faults(1, kKinds);
  ASSERT_FALSE(faults.arm({.name = "slow", .every = 3}));
  EXPECT_EQ(strikes(faults, 7), "..x..x.");
}

TEST(Faults, OfARateStrikeTheSameOccasionsForTheSameSeedWhateverElseIsArmed) {
  Faults one(7, kKinds);
  Faults other(7, kKinds);
  Faults third(8, kKinds);
  ASSERT_FALSE(one.arm({.name = "slow", .rate = 0.3}));
  ASSERT_FALSE(other.arm({.name = "late", .rate = 0.5}));
  ASSERT_FALSE(other.arm({.name = "slow", .rate = 0.3}));
  ASSERT_FALSE(third.arm({.name = "slow", .rate = 0.3}));
  EXPECT_EQ(strikes(other, 10, "after").size(), 10U);

  const auto pattern = strikes(one, 1000);
  EXPECT_EQ(strikes(other, 1000), pattern);
  EXPECT_NE(strikes(third, 1000), pattern);
  EXPECT_NEAR(static_cast<double>(std::count(pattern.begin(), pattern.end(), 'x')), 300, 60);
}

TEST(Faults, StrikeOnlyAtTheirMomentAndForTheirClass) {
  Faults faults(1, kKinds);
  ASSERT_FALSE(faults.arm({.name = "slow", .next = 1, .on = "read"}));
  EXPECT_FALSE(faults.strike("after", "read"));
  EXPECT_FALSE(faults.strike("before", ""));
  EXPECT_TRUE(faults.strike("before", "read"));
}

TEST(Faults, OfAGuestStrikeOnlyWhatIsMeantForHim) {
  Faults faults(1, kKinds);
  ASSERT_FALSE(faults.arm({.name = "slow", .next = 1, .to = "ana"}));
  ASSERT_FALSE(faults.arm({.name = "slow", .next = 1, .to = "bea"}));
  EXPECT_FALSE(faults.strike("before", "", "carla"));
  EXPECT_FALSE(faults.strike("before", ""));
  EXPECT_TRUE(faults.strike("before", "", "bea"));
  EXPECT_TRUE(faults.strike("before", "", "ana"));
  EXPECT_FALSE(faults.strike("before", "", "ana"));
}

TEST(Faults, SeveralCodesCanBeArmedAtOnceAndRateZeroDisarms) {
  Faults faults(1, kKinds);
  ASSERT_FALSE(faults.arm({.name = "code", .next = 1, .code = 131016}));
  ASSERT_FALSE(faults.arm({.name = "code_368", .next = 1}));
  ASSERT_FALSE(faults.arm({.name = "slow", .rate = 1}));
  ASSERT_FALSE(faults.arm({.name = "slow", .rate = 0}));
  EXPECT_EQ(faults.strike("before", "")->code, 131016);
  EXPECT_EQ(faults.strike("before", "")->code, 368);
  EXPECT_FALSE(faults.strike("before", ""));
}

TEST(Faults, RefuseAnUnknownNameAndSayWhichThereAre) {
  Faults faults(1, kKinds);
  EXPECT_EQ(faults.arm({.name = "sleepy", .rate = 1}), "there is no fault 'sleepy'; there are: slow, deaf, code, late");
  EXPECT_TRUE(faults.arm({.name = "slow", .rate = 1.5}));
  EXPECT_TRUE(faults.arm({.name = "code_", .rate = 1}));
  EXPECT_TRUE(faults.arm({.name = "code_12x", .rate = 1}));
}

TEST(Faults, AreReadFromTheCommandLine) {
  const auto rule = parse_fault("error_500=0.25");
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->name, "error_500");
  EXPECT_DOUBLE_EQ(rule->rate, 0.25);
  for (const auto* bad : {"", "=1", "x", "x=", "x=a", "x=1a"}) EXPECT_FALSE(parse_fault(bad)) << bad;
}

}  // namespace
}  // namespace agente::sim
