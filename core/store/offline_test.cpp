#include "store/offline.hpp"

#include <fstream>

#include <gmock/gmock.h>

#include "store/both_stores.hpp"
#include "store/columns.hpp"
#include "store/lock_file.hpp"
#include "store/migrate.hpp"
#include "store/postgres_connection.hpp"
#include "store/sqlite_connection.hpp"
#include "store/tables.hpp"

namespace agente::store {

namespace {

using sql::Connection;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

constexpr Id kFirst = Id{1'789'000'000'000} * 4096;

/// A store as somebody may have it.
class Offline : public BothStores {
 protected:
  void fill(int messages) {
    write([&](Connection& c) {
      for (Id id = kFirst; id < kFirst + messages; ++id) {
        auto message = message_from("549" + std::to_string(id % 7), id);
        message.raw = std::string("\0\xff\\\"", 4);
        message.text = "¿Hay habitación? {\"NULL\", \\N}";
        inbound::insert(c, message);
        outbound::insert(c, reply_to(message, id + 1'000'000));
      }
      kv::put(c, "p", {"\xff", std::string("\0", 1), 1, 0}, std::nullopt);
      kv::put(c, "p", {"a", "", 1, 0}, std::nullopt);
      events::append(c, {kFirst + 9'000'000, "sol", clock_.now(), "x", "{}"});
    });
  }
};

class Copying : public Offline {
 protected:
  Result<std::int64_t> copy_to(const std::string& target) {
    store_.reset();
    return copy(url_, target, clock_, [this](const Progress& progress) {
      EXPECT_LE(progress.done, progress.total);
      compared_ += progress.comparing && progress.done == progress.total ? 1 : 0;
    });
  }
  int compared_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Stores, Offline, on_both(), ::testing::PrintToStringParamName());
INSTANTIATE_TEST_SUITE_P(Stores, Copying, ::testing::Values(BackEnd::kSqlite), ::testing::PrintToStringParamName());

/// A store of the first version of the schema, with a message in it.
void build_first_version(sql::Session& session, std::string_view bytes, Time now) {
  migrate(session, migrations().first(1), bytes, now);
  const auto message = message_from("549", kFirst);
  session.execute(
      "INSERT INTO inbound_messages VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, '', 'received', '', 't', "
      "NULL, '', ?12)",
      values(message.guest.hotel, message.guest.channel, message.account, message.provider_time, message.external_id,
             message.id, message.guest.sender, message.received_at, message.sender_name, message.kind, message.text,
             sql::Bytes{message.raw}));
}

}  // namespace

TEST_P(Offline, AStoreOfTheFirstVersionIsBroughtUpToDateWithItsMessages) {
  auto url = new_url(GetParam());
  if (GetParam() == BackEnd::kPostgres) {
    PostgresWatch watch;
    PostgresConnection connection(*PostgresAddress::parse(url, "test"), PostgresConnection::Mode::kOwner, {watch});
    build_first_version(connection, "BYTEA", clock_.now());
  } else {
    url = "sqlite:" + folder_.file("old.db");
    SqliteConnection connection(folder_.file("old.db"), SqliteConnection::Mode::kWriter);
    build_first_version(connection, "BLOB", clock_.now());
  }
  const auto before = status(url);
  ASSERT_TRUE(before) << before.error().text;
  EXPECT_EQ(before->schema, 1);

  const auto done = migrate(url, clock_);
  ASSERT_TRUE(done) << done.error().text;

  EXPECT_EQ(status(url)->schema, migrations().back().version);
  const auto store = *open(url, clock_);
  std::optional<Inbound> found;
  EXPECT_TRUE(store->read([&](Connection& c) { found = inbound::find(c, kFirst); }));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->raw, message_from("", 1).raw);
  EXPECT_GT(next_id(*store), kFirst - 4096 * 1000);
}

TEST_P(Offline, StatusTellsBackEndSchemaRowsAndSizeWhileAHostRuns) {
  fill(3);
  const auto found = status(url_);
  ASSERT_TRUE(found) << found.error().text;
  EXPECT_EQ(found->back_end, GetParam() == BackEnd::kSqlite ? "SQLite" : "PostgreSQL");
  EXPECT_EQ(found->schema, found->newest);
  EXPECT_GT(found->bytes, 10'000);
  EXPECT_THAT(found->rows, AllOf(Contains(Pair("inbound_messages", 3)), Contains(Pair("parts", 32))));
}

TEST_P(Copying, EveryRowIsMovedToPostgresAndNewIdsAreGreater) {
  fill(1200);
  const auto target = shared_postgres().new_database();
  const auto rows = copy_to(target);
  ASSERT_TRUE(rows) << rows.error().text;

  EXPECT_EQ(*rows, 2 * 1200 + 2 + 1 + 32 + 1);
  EXPECT_EQ(compared_, 6);  // tables with rows
  EXPECT_EQ(status(target)->rows, status(url_)->rows);
  const auto store = *open(target, clock_);
  std::optional<kv::Entry> entry;
  EXPECT_TRUE(store->read([&](Connection& c) { entry = kv::get(c, "p", "\xff"); }));
  EXPECT_EQ(entry->value, std::string("\0", 1));
  EXPECT_GT(next_id(*store), kFirst + 9'000'000);
}

TEST_P(Copying, ATargetThatHoldsRowsIsRefusedAndLeftAlone) {
  fill(2);
  const auto target = shared_postgres().new_database();
  ASSERT_TRUE(copy_to(target));
  const auto again = copy_to(target);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Code::kConfig);
  EXPECT_THAT(again.error().text, AllOf(HasSubstr("empty database"), HasSubstr("already")));
  EXPECT_THAT(status(target)->rows, Contains(Pair("inbound_messages", 2)));
}

TEST_P(Copying, ACopyThatIsStoppedHalfWayLeavesNothingAndCanBeRunAgain) {
  fill(600);
  const auto target = shared_postgres().new_database();
  store_.reset();
  struct Stopped : std::runtime_error {
    using std::runtime_error::runtime_error;
  };
  EXPECT_THROW(static_cast<void>(copy(url_, target, clock_,
                                      [](const Progress& progress) {
                                        if (progress.table == "outbound_messages") throw Stopped("by the test");
                                      })),
               Stopped);
  EXPECT_THAT(status(target)->rows, Contains(Pair("inbound_messages", 0)));
  EXPECT_TRUE(copy_to(target));
}

TEST_P(Copying, AHostThatStillRunsIsNamed) {
  const auto refused = copy(url_, shared_postgres().url("x"), clock_, [](const Progress&) {});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text, HasSubstr("another host, process"));
}

TEST_P(Copying, ADatabaseThatCannotBeHadIsRefusedWithoutItsPassword) {
  const auto& server = shared_postgres();
  const auto refusal = [&](const std::string& url) {
    const auto opened = open(url, clock_);
    return opened ? Error{} : opened.error();
  };
  const auto missing = refusal(server.url("nowhere"));
  EXPECT_EQ(missing.code, Code::kConfig);
  EXPECT_THAT(missing.text, AllOf(HasSubstr("nowhere"), HasSubstr("127.0.0.1"), Not(HasSubstr("s3cret"))));

  auto wrong = server.url("postgres");
  wrong.replace(wrong.find("s3cret"), 6, "s3cr3t");
  const auto denied = refusal(wrong);
  EXPECT_EQ(denied.code, Code::kConfig);
  EXPECT_THAT(denied.text, AllOf(HasSubstr("password"), Not(HasSubstr("s3cr3t"))));

  const auto nobody = refusal("postgresql://u:s3cret@127.0.0.1:" + std::to_string(servers::free_port()) + "/d");
  EXPECT_EQ(nobody.code, Code::kRetry);
  EXPECT_THAT(nobody.text, AllOf(HasSubstr("server runs"), HasSubstr("127.0.0.1"), Not(HasSubstr("s3cret"))));

  const auto garbled = refusal("postgresql://u:s3cret%zz@host/d?what=1");
  EXPECT_EQ(garbled.code, Code::kConfig);
  EXPECT_THAT(garbled.text, AllOf(HasSubstr("postgresql://USER"), Not(HasSubstr("s3cret"))));

  server.ask("CREATE USER guest PASSWORD 's3cret'");
  auto guest = server.url("postgres");
  guest.replace(guest.find("agente:"), 7, "guest:");
  guest.replace(guest.find("s3cret-word"), 11, "s3cret");
  const auto powerless = refusal(guest);
  EXPECT_EQ(powerless.code, Code::kConfig);
  EXPECT_THAT(powerless.text, AllOf(HasSubstr("42501"), HasSubstr("rights")));
}

}  // namespace agente::store
