#include <iostream>
#include <set>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/store_fixture.hpp"

extern char** environ;

namespace agente::store {

namespace {

using sql::Connection;

/// Another process that writes into the store at `url`; its acknowledgements come through a pipe.
class Scribe {
 public:
  explicit Scribe(const std::string& url) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    std::string program = AGENTE_STORE_SCRIBE;
    std::string argument = url;
    std::array<char*, 3> argv{program.data(), argument.data(), nullptr};
    const int code = ::posix_spawn(&pid_, program.c_str(), &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    pipe_ = ends[0];
    if (code != 0) throw std::runtime_error("cannot start " + program);
  }
  ~Scribe() { ::close(pipe_); }
  Scribe(const Scribe&) = delete;
  Scribe& operator=(const Scribe&) = delete;

  /// Kills it after `count` acknowledgements; returns all it gave.
  std::set<Id> acknowledged_when_killed_after(std::size_t count) {
    std::set<Id> ids;
    Id id = 0;
    while (::read(pipe_, &id, sizeof id) == sizeof id) {
      ids.insert(id);
      if (ids.size() == count) ::kill(pid_, SIGKILL);
    }
    int status = 0;
    ::waitpid(pid_, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << status;
    return ids;
  }

 private:
  pid_t pid_ = -1;
  int pipe_ = -1;
};

void limit_file_sizes(rlim_t bytes) {
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = std::min(bytes, limit.rlim_max);
  ::setrlimit(RLIMIT_FSIZE, &limit);
}

/// Runs in a child: lets no file grow any more, cures that, and returns the first thing that was wrong.
const char* fault_of_a_full_disk(const Folder& folder, const Clock& clock) {
  ::signal(SIGXFSZ, SIG_IGN);
  const auto store = *open(folder.url(), clock);
  const auto put = [&](Id id) {
    return store->write([id](Connection& c) { inbound::insert(c, message_from("549", id)); });
  };
  if (!put(1)) return "the disk was full from the start";

  limit_file_sizes(std::filesystem::file_size(folder.file("agente.db-wal")));
  const auto refused = put(2);
  if (refused) return "a write was acknowledged though the disk is full";
  if (refused.error().code != Code::kRetry) return "a full disk is not kRetry";
  if (refused.error().text.find("free space") == std::string::npos) return "the text says not what to do";
  if (store->health()) return "it calls itself healthy";
  std::int64_t kept = -1;
  if (!store->read([&](Connection& c) { kept = inbound::count_received(c); })) return "reading stopped too";
  if (kept != 1) return "other messages are there than were acknowledged";

  limit_file_sizes(RLIM_INFINITY);
  if (!store->health()) return "health did not come back";
  if (!put(2)) return "writing did not go on";
  return nullptr;
}

}  // namespace

TEST(StoreCrash, EveryAcknowledgedWriteSurvivesSigkill) {
  const Folder folder;
  const SystemClock clock;
  std::set<Id> acknowledged;
  for (const std::size_t count : {1U, 40U, 333U, 7U, 1200U, 90U}) {
    acknowledged.merge(Scribe(folder.url()).acknowledged_when_killed_after(count));

    const auto store = *open(folder.url(), clock);
    std::set<Id> kept;
    std::string integrity;
    const auto done = store->read([&](Connection& c) {
      c.query("SELECT id FROM inbound_messages", {}, [&](const sql::Row& row) { kept.insert(row.integer(0)); });
      c.query("PRAGMA integrity_check", {}, [&](const sql::Row& row) { integrity += row.text(0); });
    });
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(integrity, "ok");
    EXPECT_TRUE(std::includes(kept.begin(), kept.end(), acknowledged.begin(), acknowledged.end()));
    EXPECT_GT(next_id(*store), *kept.rbegin());
  }
  EXPECT_GE(acknowledged.size(), 1671U);
}

TEST(StoreCrash, AFullDiskIsToldAndWritingGoesOnWhenItIsCured) {
  const Folder folder;
  const ManualClock clock{Time{Millis{1'789'000'000'000}}};
  const auto child = ::fork();
  if (child == 0) {
    const char* fault = fault_of_a_full_disk(folder, clock);
    if (fault != nullptr) std::cerr << fault << std::endl;
    ::_exit(fault == nullptr ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace agente::store
