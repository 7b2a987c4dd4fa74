#include "cache/redis_url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace agente::cache {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(RedisUrl, EveryPartIsReadAndWhatIsLeftOutHasItsUsualValue) {
  const auto full = parse_redis_url("redis://ana:p%40ss%3Aword@[::1]:7000/3");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->host, "::1");
  EXPECT_EQ(full->port, 7000);
  EXPECT_EQ(full->user, "ana");
  EXPECT_EQ(full->password, "p@ss:word");
  EXPECT_EQ(full->database, 3);
  const auto least = parse_redis_url("redis://cache.example");
  ASSERT_TRUE(least);
  EXPECT_EQ(least->port, 6379);
  EXPECT_EQ(least->database, 0);
  EXPECT_EQ(parse_redis_url("redis://:secret@r/0")->password, "secret");
  EXPECT_EQ(parse_redis_url("redis://:secret@r/0")->user, "");
}

TEST(RedisUrl, WhatIsNotOneIsRefusedWithoutShowingThePassword) {
  for (const auto* url :
       {"rediss://:geheim@r/0", "http://:geheim@r/0", "redis://:geheim@r/zero", "redis://:geheim@r/-1",
        "redis://:geheim@r:99999/0", "redis://:geheim@/0", "redis://:geheim@r/1/2", "geheim", "", "redis://geheim@r/0",
        "redis://:geheim@r/99999999999999999999"}) {
    const auto parsed = parse_redis_url(url);
    ASSERT_FALSE(parsed) << url;
    EXPECT_EQ(parsed.error().code, Code::kConfig);
    EXPECT_THAT(parsed.error().text, HasSubstr("cache.url"));
    EXPECT_THAT(parsed.error().text, Not(HasSubstr("geheim"))) << url;
  }
}

}  // namespace
}  // namespace agente::cache
