#include <algorithm>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <unistd.h>

#include "store/migrate.hpp"
#include "store/sqlite_connection.hpp"
#include "store/store_fixture.hpp"

namespace agente::store {

namespace {

using sql::Connection;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Opening : public StoreTest {
 protected:
  [[nodiscard]] Error refusal(const std::string& url) const {
    const auto opened = open(url, clock_);
    return opened ? Error{Code::kInternal, "opened " + url} : opened.error();
  }
};

/// A file system of a size that the test chooses.
class Filling : public StoreTest {
 protected:
  std::int64_t page_count() {
    return ask([](Connection& c) {
      std::int64_t count = 0;
      c.query("PRAGMA page_count", {}, [&](const sql::Row& row) { count = row.integer(0); });
      return count;
    });
  }
  void set_most_pages(std::int64_t most) {
    write(
        [&](Connection& c) { c.query("PRAGMA max_page_count = " + std::to_string(most), {}, [](const sql::Row&) {}); });
  }
};

void put_file(const std::string& path, const std::string& content) { std::ofstream(path) << content; }

std::string content_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_F(Opening, AnUnknownUrlIsRefusedWithWhatToWriteInstead) {
  for (const char* url :
       {"", "mysql://x", "agente.db", "sqlite:", "sqlite::memory:", "sqlite://data/a.db", "sqlite:x/"}) {
    EXPECT_EQ(refusal(url).code, Code::kConfig) << url;
    EXPECT_THAT(refusal(url).text, HasSubstr("sqlite:PATH")) << url;
  }
}

TEST_F(Opening, FoldersOnTheWayAreCreated) {
  EXPECT_TRUE(open("sqlite:" + folder_.file("a/b/agente.db"), clock_));
  EXPECT_TRUE(std::filesystem::exists(folder_.file("a/b/agente.db")));
}

TEST_F(Opening, ASecondHostIsKeptOutAndToldTheProcess) {
  const auto error = refusal(folder_.url());
  EXPECT_EQ(error.code, Code::kConfig);
  EXPECT_THAT(error.text, HasSubstr("process " + std::to_string(::getpid())));
}

TEST_F(Opening, TheLockFileOfADeadProcessDoesNotHinder) {
  store_.reset();
  put_file(folder_.file("agente.db.lock"), "4194303\nlonger than a pid\n");
  reopen();
  EXPECT_EQ(content_of(folder_.file("agente.db.lock")), std::to_string(::getpid()) + "\n");
}

TEST_F(Opening, AFileThatIsNoDatabaseIsRefusedAndLeftAlone) {
  const auto path = folder_.file("notes.txt");
  const std::string notes(5000, 'n');
  put_file(path, notes);
  const auto error = refusal("sqlite:" + path);
  EXPECT_EQ(error.code, Code::kConfig);
  EXPECT_THAT(error.text, AllOf(HasSubstr(path), HasSubstr("another path")));
  EXPECT_EQ(content_of(path), notes);
}

TEST_F(Opening, ADamagedDatabaseIsRefusedWithTheRemedy) {
  store_.reset();
  {
    std::fstream file(folder_.file(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(100);
    file << std::string(3900, '\x7f');
  }
  const auto error = refusal(folder_.url());
  EXPECT_EQ(error.code, Code::kConfig);
  EXPECT_THAT(error.text, HasSubstr("restore a backup"));
}

TEST_F(Opening, AFolderThatMayNotBeWrittenIsNamed) {
  const auto folder = folder_.file("locked");
  std::filesystem::create_directory(folder);
  std::filesystem::permissions(folder, std::filesystem::perms(0555));
  std::filesystem::permissions(std::filesystem::path(folder).parent_path(), std::filesystem::perms(0755));
  const auto user = ::geteuid();
  ASSERT_EQ(user == 0 ? ::seteuid(65534) : 0, 0);  // root may write everywhere
  const auto error = refusal("sqlite:" + folder + "/agente.db");
  ASSERT_EQ(::seteuid(user), 0);

  EXPECT_EQ(error.code, Code::kConfig);
  EXPECT_THAT(error.text, HasSubstr(folder));
}

TEST_F(Opening, AFileWhereAFolderShouldBeIsNamed) {
  put_file(folder_.file("file"), "");
  const auto error = refusal("sqlite:" + folder_.file("file/agente.db"));
  EXPECT_EQ(error.code, Code::kConfig);
  EXPECT_THAT(error.text, HasSubstr(folder_.file("file")));
}

TEST_F(Opening, EachStepOfTheSchemaIsTakenOnce) {
  reopen();
  EXPECT_EQ(text_of("SELECT COUNT(*) FROM schema_versions"), std::to_string(migrations().size()) + "\n");
  EXPECT_EQ(text_of("SELECT MAX(version) FROM schema_versions"), std::to_string(migrations().back().version) + "\n");
}

TEST_F(Opening, AStepThatFailsLeavesNothingAndCanBeRepaired) {
  SqliteConnection connection(folder_.file("steps.db"), SqliteConnection::Mode::kWriter);
  const Migration good{1, "good", "CREATE TABLE a (x BIGINT)"};
  const Migration bad[] = {good, {2, "bad", "CREATE TABLE b (x BIGINT); INSERT INTO nowhere VALUES (1)"}};
  EXPECT_THROW(migrate(connection, bad, "BLOB", clock_.now()), sql::Failure);

  const Migration repaired[] = {good, {2, "repaired", "CREATE TABLE b (x {{bytes}})"}};
  migrate(connection, repaired, "BLOB", clock_.now());
  std::string names;
  connection.query("SELECT name FROM schema_versions ORDER BY version", {},
                   [&](const sql::Row& row) { names.append(row.text(0)).append(" "); });
  EXPECT_EQ(names, "good repaired ");
}

TEST_F(Opening, WhatAPmsPluginKeptIsFoundUnderItsNameAfterTheUpgrade) {
  const auto all = migrations();
  const auto step = std::ranges::find(all, "pms_backends", &Migration::name);
  ASSERT_NE(step, all.end());
  SqliteConnection connection(folder_.file("earlier.db"), SqliteConnection::Mode::kWriter);
  migrate(connection, {all.begin(), step}, "BLOB", clock_.now());
  connection.execute(
      "INSERT INTO plugin_kv VALUES ('sol/pms', x'01', x'02', 1, 1), ('luna/pms', x'01', x'03', 1, 1), "
      "('whatsapp', x'01', x'04', 1, 1)",
      {});
  connection.execute(
      "INSERT INTO reservations VALUES ('sol', 1, 'whatsapp', '34', 'CONFIRMED', '', 'double', NULL, NULL, 2, 0, 1, 1, "
      "'EUR', 'house-pms', 'H-1', '', '', 0, 0)",
      {});

  migrate(connection, all, "BLOB", clock_.now());

  std::string owners;
  connection.query("SELECT instance FROM plugin_kv ORDER BY instance", {},
                   [&](const sql::Row& row) { owners.append(row.text(0)).append(" "); });
  EXPECT_EQ(owners, "luna/pms sol/pms/house-pms whatsapp ");
}

TEST_F(Opening, IdsGrowThoughTheClockStandsOrGoesBackEvenOverARestart) {
  const Id one = next_id(*store_);
  const Id two = next_id(*store_);
  EXPECT_EQ(one / 4096, clock_.now().time_since_epoch().count());
  EXPECT_LT(two, Id{1} << 53);
  EXPECT_GT(two, one);

  clock_.advance(std::chrono::hours{1});
  const Id last = next_id(*store_);
  write([&](Connection& c) {
    events::append(c, {one, "luna", clock_.now(), "x", "{}"});
    events::append(c, {last, "sol", clock_.now(), "x", "{}"});
  });
  clock_.advance(-std::chrono::hours{24});
  EXPECT_GT(next_id(*store_), last);
  reopen();
  EXPECT_GT(next_id(*store_), last);
}

/// No page more than there are now, and two: as when the file system is full.
TEST_F(Filling, AFullDiskIsToldWithItsRemedyWhatWasAcknowledgedStaysAndWritingGoesOnByItself) {
  set_most_pages(page_count() + 2);
  std::optional<Error> refused;
  int acknowledged = 0;
  while (!refused) {
    Id id = 0;
    const auto done = store_->write([&](sql::Connection& c) {
      id = c.next_id();
      inbound::insert(c, message_from("549", id));
    });
    if (!done) refused = done.error();
    acknowledged += done ? 1 : 0;
  }
  EXPECT_EQ(refused->code, Code::kRetry);
  EXPECT_THAT(refused->text, HasSubstr("free space on its file system; writing goes on by itself"));
  EXPECT_EQ(ask(inbound::count_received), acknowledged);

  set_most_pages(1'000'000);
  EXPECT_TRUE(store_->health());
  write([](sql::Connection& c) { inbound::insert(c, message_from("549", c.next_id())); });
  EXPECT_EQ(ask(inbound::count_received), acknowledged + 1);
  EXPECT_EQ(text_of("PRAGMA integrity_check"), "ok\n");
}

TEST_F(Opening, AHealthyStoreSaysSo) {
  const auto health = store_->health();
  EXPECT_TRUE(health) << health.error().text;
}

}  // namespace agente::store
