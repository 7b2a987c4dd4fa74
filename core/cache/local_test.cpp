#include "cache/local.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/calendar.hpp"

namespace agente::cache {
namespace {

struct LocalTest : ::testing::Test {
  ManualClock clock{parse_time("2026-09-15T12:00:00Z").value()};
  Metrics metrics;
  Local cache{clock, metrics, {.entries = 3}};
};

TEST_F(LocalTest, TheLeastRecentlyUsedGoesFirstWhenItIsFull) {
  for (const auto* key : {"a", "b", "c"}) cache.put(key, key, Millis{1000});
  EXPECT_EQ(cache.get("a"), "a");
  cache.put("d", "d", Millis{1000});
  EXPECT_EQ(cache.get("b"), std::nullopt);
  for (const auto* key : {"a", "c", "d"}) EXPECT_EQ(cache.get(key), key);
}

TEST_F(LocalTest, AValueLivesToTheMillisecondAndNotBeforeItWasPut) {
  cache.put("k", "v", Millis{1000});
  clock.advance(Millis{999});
  EXPECT_EQ(cache.get("k"), "v");
  clock.advance(Millis{1});
  EXPECT_EQ(cache.get("k"), std::nullopt);
  cache.put("k", "v", Millis{1000});
  clock.advance(-Millis{3'600'000});  // the clock is set back: it must not live for an hour now
  EXPECT_EQ(cache.get("k"), std::nullopt);
}

TEST_F(LocalTest, ALimitComesBackOneByOneToTheMillisecond) {
  constexpr Millis kSecond{1000};
  const auto take = [&] { return cache.take("b", 2, kSecond); };
  EXPECT_EQ(take(), Millis{0});
  EXPECT_EQ(take(), Millis{0});
  EXPECT_EQ(take(), Millis{500});
  EXPECT_EQ(take(), Millis{500}) << "asking takes nothing";
  clock.advance(Millis{499});
  EXPECT_EQ(take(), Millis{1});
  clock.advance(Millis{1});
  EXPECT_EQ(take(), Millis{0});
  EXPECT_EQ(take(), Millis{500});
  clock.advance(kSecond * 10);
  EXPECT_EQ(take(), Millis{0});
  EXPECT_EQ(take(), Millis{0});
  EXPECT_EQ(take(), Millis{500}) << "what was not used in ten seconds is not saved up";
}

TEST_F(LocalTest, AClockThatIsSetBackMakesNobodyWaitLongerThanForOneUse) {
  EXPECT_EQ(cache.take("b", 2, Millis{1000}), Millis{0});
  clock.advance(-Millis{3'600'000});
  EXPECT_EQ(cache.take("b", 2, Millis{1000}), Millis{500});
  clock.advance(Millis{500});
  EXPECT_EQ(cache.take("b", 2, Millis{1000}), Millis{0});
}

TEST_F(LocalTest, FiguresTellHitsAndMisses) {
  cache.put("k", "v", Millis{1000});
  cache.get("k");
  cache.get("k");
  cache.get("k");
  cache.get("x");
  const auto text = metrics.text();
  EXPECT_THAT(text, ::testing::HasSubstr("cache_requests_total{outcome=\"hit\"} 3"));
  EXPECT_THAT(text, ::testing::HasSubstr("cache_requests_total{outcome=\"miss\"} 1"));
  EXPECT_THAT(text, ::testing::HasSubstr("cache_hit_ratio 0.75"));
  EXPECT_THAT(text, ::testing::HasSubstr("cache_up 1"));
}

}  // namespace
}  // namespace agente::cache
