#include <algorithm>
#include <array>
#include <atomic>
#include <set>
#include <thread>

#include <gmock/gmock.h>

#include "store/columns.hpp"
#include "store/migrations.hpp"
#include "store/postgres_refusal.hpp"
#include "store/postgres_writing.hpp"

namespace agente::store {

namespace {

using servers::PostgresServer;
using sql::Connection;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kEndAll =
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'agente-host'";

}  // namespace

TEST_F(PostgresWriting, NoRequestFailsWhenEveryConnectionIsEndedAgainAndAgain) {
  const auto store = opened();
  under_load(*store, [&](std::atomic<int>& written) {
    for (int i = 0; i < 10; ++i) {
      wait_for_more(written, 20);
      EXPECT_NE(server_.ask(kEndAll), "0\n");
    }
    wait_for_more(written);
  });
}

TEST_F(PostgresWriting, NoRequestFailsWhenTheServerIsRestarted) {
  auto patient = settings();
  patient.writer.patience = patient.readers.patience = Millis{60'000};  // a sanitized test on a busy machine
  const auto store = opened(patient);
  under_load(*store, [&](std::atomic<int>& written) {
    for (int i = 0; i < 2; ++i) {
      wait_for_more(written);
      server_.stop();
      server_.start();
    }
    wait_for_more(written);
  });
}

TEST_F(PostgresWriting, WhatWasAcknowledgedIsThereAfterTheServerWasKilled) {
  auto patient = settings();
  patient.writer.patience = patient.readers.patience = Millis{60'000};
  const auto store = opened(patient);
  under_load(*store, [&](std::atomic<int>& written) {
    for (int i = 0; i < 2; ++i) {
      wait_for_more(written);
      server_.kill();
      server_.start();
    }
    wait_for_more(written);
  });
}

TEST_F(PostgresWriting, AServerThatIsDownIsToldAfterSomePatienceAndThenAtOnceUntilItIsBack) {
  const auto store = opened();
  must_insert(*store);
  server_.stop();

  auto asked = std::chrono::steady_clock::now();
  Id id = 0;
  const auto first = insert(*store, id);
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().code, Code::kRetry);
  EXPECT_THAT(first.error().text, AllOf(HasSubstr("127.0.0.1"), Not(HasSubstr("s3cret"))));
  EXPECT_GE(since(asked), kPatience);
  EXPECT_LT(since(asked), kPatience + Millis{3000});
  EXPECT_FALSE(store->read(inbound::count_received));

  asked = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(insert(*store, id));
  EXPECT_FALSE(store->health());
  EXPECT_FALSE(store->read(inbound::count_received));
  EXPECT_LT(since(asked), Millis{1000});

  server_.start();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (!store->health() || !store->read(inbound::count_received)) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    std::this_thread::yield();
  }
  must_insert(*store);
  EXPECT_EQ(received(*store), 2);
}

TEST_F(PostgresWriting, AServerThatStandsStillHoldsNobodyUpForEver) {
  auto quick = settings();
  quick.writer.limits.statement = quick.readers.limits.statement = Millis{500};
  const auto store = opened(quick);
  must_insert(*store);
  EXPECT_EQ(received(*store), 1);

  server_.pause();
  const auto asked = std::chrono::steady_clock::now();
  Id id = 0;
  const auto refused = insert(*store, id);
  const auto unread = store->read(inbound::count_received);
  const auto took = since(asked);
  server_.resume();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kRetry);
  EXPECT_FALSE(unread);
  EXPECT_LT(took, Millis{25'000});

  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (!store->health() || !store->read(inbound::count_received)) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    std::this_thread::yield();
  }
}

TEST_F(PostgresWriting, AStatementThatTakesTooLongIsGivenUpAndTheNextOneGoesOn) {
  auto quick = settings();
  quick.writer.limits.statement = Millis{200};
  const auto store = opened(quick);
  const auto done =
      store->write([](Connection& c) { c.query("SELECT CAST(pg_sleep(30) AS TEXT)", {}, [](const sql::Row&) {}); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kRetry);
  EXPECT_THAT(done.error().text, HasSubstr("57014"));
  must_insert(*store);
}

TEST_F(PostgresWriting, TwoHostsNeverDrawTheSameIdAndALaterOneIsGreater) {
  const auto one = opened();
  const auto two = opened();
  Id last = 0;
  for (int i = 0; i < 50; ++i) {
    const Id id = next_id(i % 3 == 0 ? *one : *two);
    EXPECT_GT(id, last);
    last = id;
  }
  const auto age = clock_.now() - Time{Millis{last / 4096}};
  EXPECT_LT(age, Millis{5000});
  EXPECT_GT(age, Millis{-5000});

  std::array<std::vector<Id>, 8> drawn;
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < drawn.size(); ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 100; ++i) drawn.at(t).push_back(next_id(t % 2 == 0 ? *one : *two));
      });
    }
  }
  std::set<Id> all;
  for (const auto& ids : drawn) {
    EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
    all.insert(ids.begin(), ids.end());
  }
  EXPECT_EQ(all.size(), 800U);
}

TEST_F(PostgresWriting, TwoHostsThatChangeOneRowLoseNoChange) {
  const std::array<std::unique_ptr<Store>, 2> stores{opened(), opened()};
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 25; ++i) {
          const auto done = stores.at(t % 2)->write([](Connection& c) {
            const auto now = kv::get(c, "p", "count");
            const auto next = now ? std::to_string(std::stoi(now->value) + 1) : "1";
            kv::put(c, "p", {"count", next, 0, 0}, std::nullopt);
          });
          EXPECT_TRUE(done) << done.error().text;
        }
      });
    }
  }
  std::string count;
  EXPECT_TRUE(stores[0]->read([&](Connection& c) { count = kv::get(c, "p", "count")->value; }));
  EXPECT_EQ(count, "200");
}

TEST_F(PostgresWriting, HostsThatStartTogetherBuildTheSchemaOnce) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([this] { EXPECT_NO_THROW(opened()); });
  threads.clear();
  EXPECT_EQ(server_.ask("SELECT count(*) FROM schema_versions", "hotel_1"), std::to_string(migrations().size()) + "\n");
}

TEST_F(PostgresWriting, AHostThatLostItsPlaceWritesNothingMore) {
  const auto store = opened();
  server_.ask("INSERT INTO hosts VALUES (7, 'one', 0, 0)", "hotel_1");
  store->set_host(7);
  must_insert(*store);
  server_.ask("DELETE FROM hosts WHERE id = 7", "hotel_1");

  bool ran = false;
  const auto done = store->write([&](Connection&) { ran = true; });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kCancelled);
  EXPECT_THAT(done.error().text, HasSubstr("host id 7"));
  EXPECT_FALSE(ran);
  EXPECT_EQ(received(*store), 1);

  store->set_host(std::nullopt);
  must_insert(*store);
}

TEST_F(PostgresWriting, APlaceCannotBeTakenWhileItsHostWrites) {
  const auto store = opened();
  server_.ask("INSERT INTO hosts VALUES (7, 'one', 0, 0)", "hotel_1");
  store->set_host(7);
  EXPECT_TRUE(store->write([&](Connection&) {
    EXPECT_THROW(server_.ask("SET lock_timeout = 200; DELETE FROM hosts WHERE id = 7", "hotel_1"), std::runtime_error);
    EXPECT_NO_THROW(server_.ask("UPDATE hosts SET expires_at = 5 WHERE id = 7", "hotel_1"));  // its heartbeat
  }));
}

TEST_F(PostgresWriting, ABadClosureFailsAloneAmongThoseThatCameWithIt) {
  const auto store = opened();
  std::array<std::optional<Error>, 40> failures;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < failures.size(); ++i) {
      threads.emplace_back([&, i] {
        const auto done = store->write([&, i](Connection& c) {
          const Id id = c.next_id();
          inbound::insert(c, message_from("549", id));
          if (i == 7) c.execute("INSERT INTO store_probe (probed_at) VALUES (?1)", values(std::string_view("x")));
          if (i == 11) throw std::runtime_error("a defect of the caller");
          if (i == 13) {
            try {
              c.execute("nonsense", {});
            } catch (const sql::Failure&) {  // and goes on as if nothing had happened
            }
          }
          if (i == 17) inbound::insert(c, message_from(std::string("a\0b", 3), id + 1));
          if (i == 19) inbound::insert(c, message_from("\xff", id + 1));
        });
        if (!done) failures.at(i) = done.error();
      });
    }
  }
  EXPECT_EQ(received(*store), 35);
  for (std::size_t i = 0; i < failures.size(); ++i) {
    const bool bad = i == 7 || i == 11 || i == 13 || i == 17 || i == 19;
    ASSERT_EQ(failures.at(i).has_value(), bad) << i << ": " << failures.at(i)->text;
    if (bad) {
      EXPECT_EQ(failures.at(i)->code, Code::kInternal);
    }
  }
  EXPECT_THAT(failures.at(7)->text, HasSubstr("22P02"));
  EXPECT_THAT(failures.at(17)->text, HasSubstr("NUL"));
  EXPECT_THAT(failures.at(19)->text, HasSubstr("UTF8"));
}

TEST_F(PostgresWriting, ManyRowsGoInAtOnceAndThoseThatWereThereAreNotTold) {
  const auto store = opened();
  std::vector<Inbound> messages;
  for (Id id = 1; id <= 300; ++id) messages.push_back(message_from("549", id));
  messages[5].raw = std::string("\0\\\"\xff", 4);
  messages[6].text = R"({"NULL", "\\ñ"})";
  messages.push_back(messages[9]);
  std::vector<const Inbound*> rows;
  rows.reserve(messages.size());
  for (const auto& message : messages) rows.push_back(&message);
  std::size_t fresh = 0;
  const auto put = [&] { EXPECT_TRUE(store->write([&](Connection& c) { fresh = inbound::insert(c, rows).size(); })); };
  put();
  EXPECT_EQ(fresh, 300U);
  put();
  EXPECT_EQ(fresh, 0U);
  EXPECT_TRUE(
      store->write([](Connection& c) { EXPECT_TRUE(inbound::insert(c, std::span<const Inbound* const>()).empty()); }));
  std::optional<Inbound> sixth, seventh;
  EXPECT_TRUE(store->read([&](Connection& c) {
    sixth = inbound::find(c, 6);
    seventh = inbound::find(c, 7);
  }));
  EXPECT_EQ(sixth->raw, messages[5].raw);
  EXPECT_EQ(seventh->text, messages[6].text);
}

/// Connections as a lane of the writer makes them.
struct Lines {
  explicit Lines(const std::string& url) : address(*PostgresAddress::parse(url, "test")) {}
  std::unique_ptr<PostgresConnection> open() {
    return std::make_unique<PostgresConnection>(address, PostgresConnection::Mode::kWriter,
                                                PostgresConnection::Surroundings{.watch = watch});
  }
  PostgresWatch watch;
  PostgresAddress address;
};

TEST_F(PostgresWriting, WhatBecameOfATransactionIsKnownByItsMark) {
  const auto store = opened();
  Lines lines(url_);
  const auto one = lines.open();
  const auto two = lines.open();

  const auto kept = one->begin_as(std::nullopt);
  {
    const std::jthread asks([&] { EXPECT_TRUE(two->has_happened(kept)); });
    while (server_.ask("SELECT count(*) FROM pg_locks WHERE NOT granted") == "0\n") std::this_thread::yield();
    one->commit();
  }
  const auto dropped = one->begin_as(std::nullopt);
  one->rollback();
  EXPECT_FALSE(two->has_happened(dropped));
  EXPECT_FALSE(two->has_happened({.session = 1, .number = 1}));
}

TEST_F(PostgresWriting, ATransactionThatACrashUndidIsNotTakenForALaterOneOfTheSameNumber) {
  const auto store = opened();
  Lines lines(url_);
  const auto told = [](PostgresConnection& line, const std::string& question) {
    std::string answer;
    line.query(question, {}, [&](const sql::Row& row) { answer = row.text(0); });
    return answer;
  };
  server_.ask("ALTER SYSTEM SET wal_writer_delay = '10s'");  // nothing of it reaches the disk before the crash
  server_.ask("SELECT pg_reload_conf()");
  auto line = lines.open();
  const auto undone = line->begin_as(std::nullopt);
  const auto number = told(*line, "SELECT txid_current()");
  server_.kill();
  server_.start();
  line = lines.open();
  line->begin_as(std::nullopt);
  line->commit();
  ASSERT_EQ(told(*line, "SELECT txid_status(" + number + ")"), "committed") << "the number was not given out again";
  EXPECT_FALSE(line->has_happened(undone));
}

TEST_F(PostgresWriting, AnAcknowledgedWriteIsOnTheDiskEvenWhereTheServersDefaultIsLazy) {
  server_.ask("ALTER DATABASE hotel_1 SET synchronous_commit = off");
  const auto store = opened();
  std::string setting;
  EXPECT_TRUE(store->write([&](Connection& c) {
    c.query("SHOW synchronous_commit", {}, [&](const sql::Row& row) { setting = row.text(0); });
  }));
  EXPECT_EQ(setting, "on");
}

TEST_F(PostgresWriting, ARefusalIsKnownByItsStateWhateverLanguageTheServerSpeaks) {
  const auto state = [](const std::string& url) { return refusal_state(*PostgresAddress::parse(url, kProgram)); };
  auto wrong = url_;
  wrong.replace(wrong.find("s3cret"), 6, "s3cr3t");
  EXPECT_EQ(state(wrong), "28P01");
  EXPECT_EQ(state(server_.url("nowhere")), "3D000");
  EXPECT_EQ(state(url_), "") << "it is let in";
  EXPECT_EQ(state("postgresql://u:p@127.0.0.1:" + std::to_string(servers::free_port()) + "/d"), "");
  EXPECT_TRUE(needs_a_person("28P01", "la autentificación password falló"));
  EXPECT_FALSE(needs_a_person("57P03", "el sistema de base de datos está iniciándose"));
  EXPECT_FALSE(needs_a_person("", "could not connect to server: Connection refused"));
}

TEST_F(PostgresWriting, TheAdministratorSeesWhoIsConnected) {
  const auto store = opened();
  must_insert(*store);
  EXPECT_THAT(server_.ask("SELECT application_name FROM pg_stat_activity WHERE datname = 'hotel_1'"),
              HasSubstr("agente-host"));
}

}  // namespace agente::store
