// A PostgreSQL that falls silent, is slow, or has no space left: who waits is told soon, what to do, and it goes on by
// itself.
#include <gmock/gmock.h>

#include "store/postgres_writing.hpp"

namespace agente::store {

namespace {

using sql::Connection;
using ::testing::HasSubstr;

}  // namespace

TEST_F(PostgresWriting, AServerThatFallsSilentIsToldSoonAndThenAtOnceHoweverManyAsk) {
  const auto store = opened({});
  must_insert(*store);
  while (server_.ask("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'agente-host'") == "1\n") {
    std::this_thread::yield();  // who writes is connected, but not yet who looks whether the server answers
  }
  server_.pause();
  const auto asked = std::chrono::steady_clock::now();
  std::atomic<int> refused = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 50; ++i) {
      threads.emplace_back([&] {
        Id id = 0;
        const auto done = insert(*store, id);
        if (!done && done.error().code == Code::kRetry) ++refused;
      });
    }
  }
  const auto took = since(asked);
  const auto again = std::chrono::steady_clock::now();
  Id id = 0;
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(insert(*store, id));
  const auto at_once = since(again);
  server_.resume();
  EXPECT_EQ(refused, 50);
  EXPECT_LT(took, Millis{4'000}) << "not the ten seconds that a statement may take";
  EXPECT_LT(at_once, Millis{500});

  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (!insert(*store, id)) ASSERT_LT(std::chrono::steady_clock::now(), deadline);
}

TEST_F(PostgresWriting, AStatementThatIsOnlySlowIsNotTakenForSilence) {
  const auto store = opened({});
  const auto done =
      store->write([](Connection& c) { c.query("SELECT CAST(pg_sleep(3) AS TEXT)", {}, [](const sql::Row&) {}); });
  EXPECT_TRUE(done) << done.error().text;
}

TEST_F(PostgresWriting, WhatWaitsIsCountedWithTheTimeItHasWaited) {
  const auto store = opened();
  EXPECT_EQ(store->backlog().depth, 0U);
  std::vector<std::jthread> threads;
  server_.pause();
  const auto waits_a_while = [&] { return store->backlog().depth > 0 && store->backlog().oldest > Millis{0}; };
  // Each connection takes with it what waits when it begins to write; whoever comes after the last one waits.
  while (!waits_a_while() && threads.size() < 50) {
    threads.emplace_back([&] {
      Id id = 0;
      static_cast<void>(insert(*store, id));
    });
    const auto taken = std::chrono::steady_clock::now() + Millis{20};
    while (!waits_a_while() && std::chrono::steady_clock::now() < taken) std::this_thread::yield();
  }
  EXPECT_LT(threads.size(), 50U);
  server_.resume();
  threads.clear();
  EXPECT_EQ(store->backlog().depth, 0U);
}

/// As the server answers when its disk is full.
TEST_F(PostgresWriting, AFullDiskIsToldWithItsRemedyAndWritingGoesOnByItself) {
  const auto store = opened();
  const auto database = url_.substr(url_.rfind('/') + 1);
  must_insert(*store);
  server_.ask(
      "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
      "'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;"
      "CREATE TRIGGER full_disk BEFORE INSERT ON inbound_messages EXECUTE FUNCTION full_disk();"
      "CREATE TRIGGER full_disk BEFORE UPDATE ON store_probe EXECUTE FUNCTION full_disk()",
      database);
  Id id = 0;
  const auto refused = insert(*store, id);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kRetry);
  EXPECT_THAT(refused.error().text, HasSubstr("free space on the server's disk"));
  EXPECT_FALSE(store->health());
  EXPECT_EQ(received(*store), 1) << "what is there can be read";

  server_.ask("DROP FUNCTION full_disk() CASCADE", database);
  EXPECT_TRUE(store->health());
  must_insert(*store);
  EXPECT_EQ(received(*store), 2);
}

}  // namespace agente::store
