#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "servers/postgres_server.hpp"
#include "store/postgres_store.hpp"
#include "store/repositories.hpp"
#include "store/store_fixture.hpp"

namespace agente::store {

inline constexpr auto kPatience = Millis{2000};
inline constexpr std::string_view kProgram = "agente-host";
inline PostgresStore::Settings settings() {
  PostgresStore::Settings all;
  all.writer.patience = all.readers.patience = kPatience;
  return all;
}

inline Millis since(Steady moment) {
  return std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - moment);
}

/// A server of its own, since these tests ill-treat it, and one or two stores on the same database.
class PostgresWriting : public ::testing::Test {
 protected:
  std::unique_ptr<Store> opened(const PostgresStore::Settings& with = settings()) {
    auto store = open_postgres(url_, clock_, kProgram, with);
    if (!store) throw std::runtime_error(store.error().text);
    return *std::move(store);
  }
  static Result<void> insert(Store& store, Id& id) {
    return store.write([&](sql::Connection& c) {
      id = c.next_id();
      inbound::insert(c, message_from("549", id));
    });
  }
  static void must_insert(Store& store) {
    Id id = 0;
    const auto done = insert(store, id);
    ASSERT_TRUE(done) << done.error().text;
  }
  std::int64_t received(Store& store) {
    std::int64_t count = -1;
    const auto done = store.read([&](sql::Connection& c) { count = inbound::count_received(c); });
    EXPECT_TRUE(done) << done.error().text;
    return count;
  }
  /// Writes and reads from eight threads while `trouble` goes on; returns how many writes were acknowledged. Every one
  /// of them must be, and be there afterwards.
  void under_load(Store& store, const std::function<void(std::atomic<int>& written)>& trouble) {
    std::atomic<bool> over = false;
    std::atomic<int> written = 0;
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&] {
        while (!over) {
          Id id = 0;
          const auto done = insert(store, id);
          EXPECT_TRUE(done) << done.error().text;
          std::optional<Inbound> found;
          const auto read = store.read([&](sql::Connection& c) { found = inbound::find(c, id); });
          EXPECT_TRUE(read) << read.error().text;
          EXPECT_TRUE(found);
          ++written;
        }
      });
    }
    trouble(written);
    over = true;
    threads.clear();
    EXPECT_EQ(received(store), written);
  }
  static void wait_for_more(const std::atomic<int>& written, int more = 50) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{120};
    for (const int goal = written + more; written < goal; std::this_thread::yield()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    }
  }

  servers::PostgresServer server_;
  std::string url_ = server_.new_database();
  SystemClock clock_;
};

}  // namespace agente::store
