// What every cache does, in this process and in Redis.
#include "cache/cache.hpp"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cache/eventually.hpp"
#include "servers/redis_server.hpp"
#include "telemetry/metrics.hpp"

namespace agente::cache {
namespace {

using testing::eventually;

struct InProcess {
  static std::optional<std::string> url() { return std::nullopt; }
};

struct InRedis {
  static std::optional<std::string> url() {
    static servers::RedisServer server;
    server.flush();
    return server.url();
  }
};

template <class Where>
struct CacheTest : ::testing::Test {
  SystemClock clock;
  Metrics metrics;
  std::unique_ptr<Cache> cache = std::move(*open(Where::url(), clock, metrics, {.command = Millis{2000}}));

  void SetUp() override {
    ASSERT_TRUE(eventually([&] { return cache->up(); }));
  }
};

struct Names {
  template <class Where>
  static std::string GetName(int) {
    return std::is_same_v<Where, InProcess> ? "InProcess" : "Redis";
  }
};
using Wheres = ::testing::Types<InProcess, InRedis>;
TYPED_TEST_SUITE(CacheTest, Wheres, Names);

constexpr Millis kNow{0};
constexpr Millis kMinute{60'000};
constexpr Millis kHour{3'600'000};

TYPED_TEST(CacheTest, WhatWasPutIsThereUntilItIsErased) {
  EXPECT_EQ(this->cache->get("k"), std::nullopt);
  this->cache->put("k", "v", kMinute);
  EXPECT_EQ(this->cache->get("k"), "v");
  this->cache->put("k", "w", kMinute);
  EXPECT_EQ(this->cache->get("k"), "w");
  this->cache->erase("k");
  EXPECT_EQ(this->cache->get("k"), std::nullopt);
}

TYPED_TEST(CacheTest, KeysAndValuesAreBytes) {
  const std::string odd("\0\r\n$5\xff %s *3\r\n", 14);
  this->cache->put(odd, odd + "!", kMinute);
  EXPECT_EQ(this->cache->get(odd), odd + "!");
  EXPECT_EQ(this->cache->get(std::string_view("")), std::nullopt);
  this->cache->put("", std::string_view{}, kMinute);
  EXPECT_EQ(this->cache->get(""), "");
  const std::string large(kLargestValue, '\x80');
  this->cache->put("large", large, kMinute);
  EXPECT_EQ(this->cache->get("large"), large);
}

TYPED_TEST(CacheTest, AValueTooLargeTakesThePlaceOfNothingButTheOldOne) {
  this->cache->put("k", "old", kMinute);
  this->cache->put("k", std::string(kLargestValue + 1, 'x'), kMinute);
  EXPECT_EQ(this->cache->get("k"), std::nullopt);
}

TYPED_TEST(CacheTest, AValueExpires) {
  this->cache->put("k", "v", Millis{20});
  this->cache->put("never", "v", Millis{0});
  EXPECT_EQ(this->cache->get("never"), std::nullopt);
  EXPECT_TRUE(eventually([&] { return !this->cache->get("k"); }));
}

TYPED_TEST(CacheTest, ALimitLetsThroughWhatItSaysAndThenOneAtATime) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(this->cache->take("ana", 3, kMinute), kNow) << i;
  const auto wait = this->cache->take("ana", 3, kMinute);
  EXPECT_GT(wait, Millis{10'000});
  EXPECT_LE(wait, Millis{20'000});
  EXPECT_EQ(this->cache->take("luis", 3, kMinute), kNow);
  EXPECT_EQ(this->cache->take("nobody", 0, kMinute), kMinute);
  ASSERT_EQ(this->cache->take("short", 1, Millis{20}), kNow);
  EXPECT_TRUE(eventually([&] { return this->cache->take("short", 1, Millis{20}) == kNow; }));
}

TYPED_TEST(CacheTest, ALimitHoldsAgainstManyAtOnce) {
  std::atomic<int> let_through{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 50; ++j) let_through += this->cache->take("crowd", 100, kHour) == kNow ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(let_through, 100);
}

TYPED_TEST(CacheTest, WhoListensIsWokenAtOnceHereAndNobodyAfterHeStopped) {
  int first = 0;
  int second = 0;
  auto one = this->cache->on_wake("inbound", [&] { ++first; });
  auto other = this->cache->on_wake("inbound", [&] { ++second; });
  auto stranger = this->cache->on_wake("outbound", [&] { ADD_FAILURE() << "another topic"; });
  this->cache->wake("inbound");
  EXPECT_EQ(first, 1);
  other.reset();
  this->cache->wake("inbound");
  EXPECT_EQ(first, 2);
  EXPECT_EQ(second, 1);
}

TYPED_TEST(CacheTest, ACallbackThatThrowsHurtsNobody) {
  int woken = 0;
  auto bad = this->cache->on_wake("inbound", [] { throw std::runtime_error("defect"); });
  auto good = this->cache->on_wake("inbound", [&] { ++woken; });
  this->cache->wake("inbound");
  EXPECT_EQ(woken, 1);
}

}  // namespace
}  // namespace agente::cache
