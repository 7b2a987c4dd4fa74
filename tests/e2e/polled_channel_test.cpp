// A channel that is polled, on two hosts with one store: one host polls it, and when that one is killed or sleeps, the
// other.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "one_of_many.hpp"

namespace agente::e2e {
namespace {

/// A poll as the postbox has seen it.
struct Note {
  pid_t host = 0;
  std::string what;
  int letter = 0;
};

/// Gone with the test.
struct Folder {
  std::filesystem::path path = std::filesystem::temp_directory_path() / ("agente-postbox-" + random_hex(8));

  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
};

struct PolledChannel : ::testing::Test {
  Folder postbox;
  Stage stage{
      {.servers = true,
       .own_plugins = true,
       .more_channels = "  - {id: postbox, plugin: postbox, hotel: sol, deadline_ms: 3000, config: {folder: \"" +
                        postbox.path.string() + "\"}}\n"}};
  OneOfMany first{stage, 0};
  OneOfMany second{stage, 1};

  PolledChannel() {
    std::filesystem::copy(AGENTE_VERSIONS "/postbox.so", stage.plugin_file("postbox"));
    first.start();
    second.start();
  }

  [[nodiscard]] std::vector<Note> notes() const {
    std::ifstream in(postbox.path / "polls");
    std::vector<Note> all;
    for (std::string line; std::getline(in, line);) {
      std::istringstream words(line);
      auto& note = all.emplace_back();
      words >> note.host >> note.what >> note.letter;
    }
    return all;
  }
  [[nodiscard]] std::size_t polls_by(const OneOfMany& host) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        notes(), [&](const Note& note) { return note.host == host.pid() && note.what == "begin"; }));
  }
  [[nodiscard]] bool polls(const OneOfMany& host) const {
    const auto before = polls_by(host);
    return eventually([&] { return polls_by(host) > before + 2; }, 5);
  }
  /// Both have joined and one of them polls.
  OneOfMany& poller() {
    EXPECT_TRUE(eventually([&] { return first.parts() == 16 && second.parts() == 16; }, 30));
    EXPECT_TRUE(eventually([&] { return polls(first) || polls(second); }, 30));
    return polls(first) ? first : second;
  }
  /// The gate stands: the one who polls is inside.
  [[nodiscard]] bool is_inside(const OneOfMany& host) const {
    const auto all = notes();
    return !all.empty() && all.back().host == host.pid() && all.back().what == "begin";
  }
  void shut_gate() const { std::ofstream(postbox.path / "gate") << "shut"; }
  void open_gate() const { std::filesystem::remove(postbox.path / "gate"); }
};

/// From the begin to the end of a poll nobody else writes. One that was killed has no end; `excused` was stopped in
/// one, and could not know that another had begun.
void expect_one_at_a_time(const std::vector<Note>& notes, pid_t excused = 0) {
  for (auto begin = notes.begin(); begin != notes.end(); ++begin) {
    if (begin->what != "begin" || begin->host == excused) continue;
    const auto end = std::find_if(std::next(begin), notes.end(), [&](const Note& n) { return n.host == begin->host; });
    if (end == notes.end()) continue;
    EXPECT_TRUE(std::all_of(std::next(begin), end, [&](const Note& n) { return n.host == excused; }))
        << "while host " << begin->host << " fetched letter " << begin->letter;
  }
}

/// A cursor that went back would bring the same letters again.
void expect_each_letter_once(const std::vector<Note>& notes) {
  int last = 0;
  for (const auto& note : notes) {
    if (note.what != "begin") continue;
    EXPECT_GE(note.letter, last);
    last = note.letter;
  }
}

TEST_F(PolledChannel, IsPolledByTheOtherHostWithinFifteenSecondsAfterOneWasKilledAndNeverByTwoAtOnce) {
  auto& dead = poller();
  const auto& heir = &dead == &first ? second : first;
  EXPECT_FALSE(polls(heir));
  dead.kill();
  const auto killed = std::chrono::steady_clock::now();
  const auto before = polls_by(heir);
  EXPECT_TRUE(eventually([&] { return polls_by(heir) > before; }, 30));
  EXPECT_LE(std::chrono::steady_clock::now() - killed, std::chrono::seconds{15});

  dead.start();
  poller();
  expect_one_at_a_time(notes());
  expect_each_letter_once(notes());
}

TEST_F(PolledChannel, AHostThatSleptInAPollCommitsNothingOfIt) {
  auto& sleeper = poller();
  const auto& heir = &sleeper == &first ? second : first;
  shut_gate();
  ASSERT_TRUE(eventually([&] { return is_inside(sleeper); }));
  sleeper.signal(SIGSTOP);
  open_gate();
  const auto before = polls_by(heir);
  ASSERT_TRUE(eventually([&] { return polls_by(heir) > before + 10; }, 30));
  sleeper.signal(SIGCONT);

  EXPECT_TRUE(eventually([&] { return sleeper.log().find("a poll failed") != std::string::npos; }));
  EXPECT_TRUE(polls(heir) || polls(sleeper));
  expect_one_at_a_time(notes(), sleeper.pid());
  expect_each_letter_once(notes());
}

TEST(SlowStart, AnInstanceThatWasNotReadyInTimeIsTriedAgainAndTheOthersDoNotWaitForIt) {
  const Folder postbox;
  std::ofstream(postbox.path / "slow") << "";
  Stage stage({.own_plugins = true,
               .more_channels = "  - {id: postbox, plugin: postbox, hotel: sol, deadline_ms: 300, config: {folder: \"" +
                                postbox.path.string() + "\"}}\n"});
  std::filesystem::copy(AGENTE_VERSIONS "/postbox.so", stage.plugin_file("postbox"));
  stage.start_simulator();
  stage.start_host();
  EXPECT_NE(stage.instance("postbox")["state"], "live");
  EXPECT_EQ(stage.guest_writes("34600000001", "hola", "wamid.1"), 200);
  EXPECT_TRUE(eventually([&] { return stage.texts_to("34600000001").size() == 1; }));

  std::filesystem::remove(postbox.path / "slow");
  EXPECT_TRUE(eventually([&] { return std::filesystem::exists(postbox.path / "polls"); }, 60)) << stage.host_log();
  EXPECT_EQ(stage.instance("postbox")["state"], "live");
}

}  // namespace
}  // namespace agente::e2e
