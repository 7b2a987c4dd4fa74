#include "store/sqlite_writer.hpp"

#include <future>

#include <gmock/gmock.h>

#include "store/store_fixture.hpp"

namespace agente::store {

namespace {

using sql::Connection;
using ::testing::HasSubstr;

/// A writer on a table of its own.
class Writer : public ::testing::Test {
 protected:
  Writer() {
    EXPECT_TRUE(writer_.write([](Connection& c) { c.execute("CREATE TABLE t (x BIGINT UNIQUE, pad TEXT)", {}); }));
  }

  static void insert(Connection& c, std::int64_t x, std::string_view pad = "") {
    const std::array<sql::Value, 2> row{x, pad};
    c.execute("INSERT INTO t VALUES (?1, ?2)", row);
  }
  std::int64_t rows() {
    std::int64_t count = 0;
    EXPECT_TRUE(writer_.write([&](Connection& c) {
      c.query("SELECT COUNT(*) FROM t", {}, [&](const sql::Row& row) { count = row.integer(0); });
    }));
    return count;
  }
  /// Runs `each(0) ... each(count - 1)` on threads of their own while the writer is held up until all of them wait.
  void write_together(std::size_t count, const std::function<void(std::size_t)>& each) {
    std::vector<std::jthread> threads;
    EXPECT_TRUE(writer_.write([&](Connection&) {
      for (std::size_t i = threads.size(); i < count; ++i) threads.emplace_back([&each, i] { each(i); });
      while (writer_.backlog().depth < count) std::this_thread::yield();
    }));
  }

  Folder folder_;
  SqliteCheckpoints checkpoints_{folder_.file(), {.copy_every = 64, .begin_anew_from = 512}};
  ManualClock clock_{Time{Millis{1'789'000'000'000}}};
  IdSource ids_{clock_, 0};
  SqliteWriter writer_{folder_.file(), checkpoints_, ids_, 100};
};

}  // namespace

TEST_F(Writer, ClosuresThatWaitTogetherAreCommittedTogether) {
  const auto before = writer_.transactions();
  write_together(100, [this](std::size_t i) {
    EXPECT_TRUE(writer_.write([i](Connection& c) { insert(c, static_cast<std::int64_t>(i)); }));
  });
  EXPECT_EQ(writer_.transactions() - before, 2U);  // the one that held it up, and all the others
  EXPECT_EQ(rows(), 100);
}

TEST_F(Writer, WhoDoesNotWaitIsToldOfTheEndAndMayComeWithTheNext) {
  std::promise<Result<void>> second;
  std::promise<Result<void>> bad;
  writer_.write_later([](Connection& c) { insert(c, 1); },
                      [&](const Result<void>& first) {
                        EXPECT_TRUE(first);
                        writer_.write_later([](Connection& c) { insert(c, 2); },
                                            [&](Result<void> result) { second.set_value(std::move(result)); });
                        EXPECT_FALSE(writer_.write([](Connection&) {})) << "it would wait for itself";
                      });
  EXPECT_TRUE(second.get_future().get());
  writer_.write_later([](Connection& c) { insert(c, 1); },
                      [&](Result<void> result) { bad.set_value(std::move(result)); });
  EXPECT_FALSE(bad.get_future().get());
  EXPECT_EQ(rows(), 2);
}

TEST_F(Writer, ABadClosureFailsAloneAndTheOthersTakeEffectOnce) {
  std::array<std::optional<Error>, 20> failures;
  std::array<int, 20> runs{};
  write_together(20, [&](std::size_t i) {
    const auto done = writer_.write([&, i](Connection& c) {
      ++runs.at(i);
      insert(c, static_cast<std::int64_t>(i));
      if (i == 7) insert(c, static_cast<std::int64_t>(i));
      if (i == 11) throw std::runtime_error("a defect of the caller");
    });
    if (!done) failures.at(i) = done.error();
  });

  EXPECT_EQ(rows(), 18);
  for (std::size_t i = 0; i < failures.size(); ++i) {
    EXPECT_EQ(failures.at(i).has_value(), i == 7 || i == 11) << i;
    EXPECT_LE(runs.at(i), 2);
  }
  EXPECT_THAT(failures.at(7)->text, HasSubstr("UNIQUE"));
  EXPECT_EQ(failures.at(7)->code, Code::kInternal);
  EXPECT_THAT(failures.at(11)->text, HasSubstr("a defect of the caller"));
}

TEST_F(Writer, AClosureThatSaysTryAgainSendsItsWholeBatchBack) {
  std::atomic<int> retries = 0;
  write_together(3, [&](std::size_t i) {
    const auto done = writer_.write([i](Connection& c) {
      insert(c, static_cast<std::int64_t>(i));
      if (i == 1) throw sql::Failure("the disk is full", true);
    });
    if (!done && done.error().code == Code::kRetry) ++retries;
  });
  EXPECT_EQ(retries, 3);
  EXPECT_EQ(rows(), 0);
}

TEST_F(Writer, MoreThanItCanTakeIsSentBackAtOnce) {
  std::atomic<int> behind = 0;
  std::vector<std::jthread> threads;
  EXPECT_TRUE(writer_.write([&](Connection&) {
    for (int i = 0; i < 130; ++i) {
      threads.emplace_back([&] {
        const auto done = writer_.write([](Connection&) {});
        if (!done && done.error().code == Code::kRetry && done.error().retry_after) ++behind;
      });
    }
    while (behind < 30) std::this_thread::yield();
  }));
  threads.clear();
  EXPECT_EQ(behind, 30);
}

TEST_F(Writer, AClosureThatWritesThroughTheStoreIsToldInsteadOfHanging) {
  Result<void> inner;
  EXPECT_TRUE(writer_.write([&](Connection&) { inner = writer_.write([](Connection&) {}); }));
  ASSERT_FALSE(inner);
  EXPECT_EQ(inner.error().code, Code::kInternal);
}

TEST_F(Writer, TheWritesOfOneThreadKeepTheirOrderAmongThoseOfMany) {
  {
    std::vector<std::jthread> threads;
    for (std::int64_t t = 0; t < 8; ++t) {
      threads.emplace_back([this, t] {
        for (std::int64_t i = 0; i < 50; ++i) {
          EXPECT_TRUE(writer_.write([&](Connection& c) { insert(c, t * 1000 + i); }));
        }
      });
    }
  }
  EXPECT_EQ(rows(), 400);
  std::array<std::int64_t, 8> next{};
  EXPECT_TRUE(writer_.write([&](Connection& c) {
    c.query("SELECT x FROM t ORDER BY rowid", {}, [&](const sql::Row& row) {
      EXPECT_EQ(row.integer(0) % 1000, next.at(static_cast<std::size_t>(row.integer(0) / 1000))++);
    });
  }));
}

TEST_F(Writer, TheLogIsBegunAnewUnderSteadyLoad) {
  const std::string pad(20'000, 'x');
  {
    std::vector<std::jthread> threads;
    for (std::int64_t t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (std::int64_t i = 0; i < 500; ++i) {
          EXPECT_TRUE(writer_.write([&](Connection& c) { insert(c, t * 1000 + i, pad); }));
        }
      });
    }
  }
  EXPECT_EQ(rows(), 2000);
  EXPECT_EQ(checkpoints_.failure(), std::nullopt);
  // 40 MB were written; the log may hold 2 MiB before it begins anew, and what came meanwhile.
  EXPECT_LT(std::filesystem::file_size(folder_.file("agente.db-wal")), 20'000'000U);
}

}  // namespace agente::store
