#include <chrono>
#include <set>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hotel.hpp"

namespace house::testing {
namespace {

/// In the child: books and cancels without end and tells each answer through the pipe, until it is killed.
[[noreturn]] void book_until_killed(const std::string& file, int out, int round) {
  agente::testing::fake_host fake;
  Pms pms(fake, config(file));
  for (int i = 0;; ++i) {
    const auto first = day("2030-01-01") + std::chrono::days{round * 500 + i};
    const auto reference = "K" + std::to_string(round) + "-" + std::to_string(i);
    book(pms, reference, {.from = to_text(first), .to = to_text(first + std::chrono::days{1})});
    const auto line = reference + "\n";
    if (::write(out, line.data(), line.size()) < 0) ::_exit(1);
  }
}

/// What the child has told by the time it is dead; it is killed once it has told `answers` and `extra` has passed.
std::vector<std::string> kill_after(pid_t child, int in, std::size_t answers, std::chrono::microseconds extra) {
  std::string told;
  char piece[512];
  const auto lines = [&] { return static_cast<std::size_t>(std::count(told.begin(), told.end(), '\n')); };
  while (lines() < answers) {
    const auto got = ::read(in, piece, sizeof piece);
    if (got <= 0) break;
    told.append(piece, static_cast<std::size_t>(got));
  }
  const auto until = std::chrono::steady_clock::now() + extra;  // to hit another point of the write each time
  while (std::chrono::steady_clock::now() < until) {
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  for (auto got = ::read(in, piece, sizeof piece); got > 0; got = ::read(in, piece, sizeof piece))
    told.append(piece, static_cast<std::size_t>(got));
  std::vector<std::string> references;
  for (std::size_t at = 0, end = 0; (end = told.find('\n', at)) != std::string::npos; at = end + 1)
    references.push_back(told.substr(at, end - at));
  return references;
}

TEST(Crash, EveryAnsweredBookingIsThereAfterAKillAtAnyMoment) {
  const Folder folder;
  std::vector<std::string> answered;
  for (int round = 0; round < 25; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(::pipe(pipe_ends), 0);
    const auto child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(pipe_ends[0]);
      book_until_killed(folder.file(), pipe_ends[1], round);
    }
    ::close(pipe_ends[1]);
    const auto told = kill_after(child, pipe_ends[0], 3, std::chrono::microseconds{round * 137});
    ::close(pipe_ends[0]);
    ASSERT_GE(told.size(), 3U) << "the child must have booked before it was killed";
    answered.insert(answered.end(), told.begin(), told.end());

    agente::testing::fake_host fake;
    Pms pms(fake, config(folder.file()));
    std::set<std::string> ids;
    for (const auto& reference : answered) {
      const auto found = pms.find_by_reference(reference);
      ASSERT_EQ(found.size(), 1U) << reference << " was answered and is lost";
      ids.insert(found[0].booking_id);
    }
    EXPECT_EQ(ids.size(), answered.size()) << "an id was given twice";
  }
}

}  // namespace
}  // namespace house::testing
