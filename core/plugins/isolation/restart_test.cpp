// Death and a new life.
#include <csignal>
#include <fstream>
#include <future>

#include <sys/resource.h>

#include "plugins/isolation/isolation_fixture.hpp"
#include "plugins/isolation/operations.hpp"
#include "telemetry/log.hpp"

namespace agente::plugins::isolation {
namespace {

using testing::HasSubstr;

TEST_F(IsolationTest, WhileItIsDeadCallsAreToldWhenToComeAgain) {
  launch.patience.first_pause = Millis{60'000};
  ASSERT_EQ(start(), "");
  EXPECT_FALSE(say("crash"));
  wait_for([&] { return condition().crashes == 1; });
  EXPECT_FALSE(condition().running);
  const auto sent = say("guest");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, Code::kRetry);
  EXPECT_GT(sent.error().retry_after.value_or(Millis{0}), Millis{30'000});
  stop();  // and the pause does not hold up the end
}

TEST_F(IsolationTest, ThePauseDoublesAndIsShortAgainAfterALongLife) {
  const auto file = house.state.path() / "app.log";
  ASSERT_TRUE(log::open(file, log::Level::kInfo));
  launch.patience.longest_pause = Millis{4};
  launch.patience.settled = Millis{3'600'000};
  ASSERT_EQ(start(), "");
  for (int death = 1; death <= 4; ++death) {
    EXPECT_FALSE(say("crash"));
    await_life(death);
  }
  stop();
  launch.patience.settled = Millis{0};
  ASSERT_EQ(start(), "");
  for (int death = 1; death <= 2; ++death) {
    EXPECT_FALSE(say("crash"));
    await_life(death);
  }
  log::close();
  std::vector<std::string> next;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.find("the process of a plugin ended") == std::string::npos) continue;
    EXPECT_THAT(line, HasSubstr("instance=bell plugin=villain"));
    EXPECT_THAT(line, HasSubstr("during=send"));
    next.push_back(line.substr(line.find("next=")));
  }
  const std::vector<std::string> expected = {"next=\"started again in 1 ms\"", "next=\"started again in 2 ms\"",
                                             "next=\"started again in 4 ms\"", "next=\"started again in 4 ms\"",
                                             "next=\"started again in 1 ms\"", "next=\"started again in 1 ms\""};
  EXPECT_EQ(next, expected);
}

TEST_F(IsolationTest, ARunnerKilledFromOutsideIsReplaced) {
  ASSERT_EQ(start(), "");
  const auto first = *say("guest");
  ::kill(std::stoi(first), SIGKILL);
  await_life(1);
  EXPECT_EQ(condition().reason, "was ended by signal 9 (Killed)");
  const auto second = *say("guest");
  EXPECT_NE(second, first);
}

TEST_F(IsolationTest, CallsUnderWayLearnThatItDied) {
  ASSERT_EQ(start(), "");
  const auto pid = std::stoi(*say("guest"));
  auto loop = std::async(std::launch::async, [&] { return say("loop"); });
  auto asked = std::async(std::launch::async, [&] { return channel.lookup("loop", ""); });
  wait_for([&] { return generation->in_flight() == 2; });
  ::kill(pid, SIGKILL);
  // Either the call had reached the runner, or it had not been sent yet.
  const auto doubtful = loop.get().error().code;
  EXPECT_TRUE(doubtful == Code::kUnknownOutcome || doubtful == Code::kRetry);
  EXPECT_EQ(asked.get().error().code, Code::kRetry);
}

TEST_F(IsolationTest, TimersOfADeadObjectStopAndThoseOfTheNewOneRun) {
  config.config = R"({"timer": true})";
  ASSERT_EQ(start(), "");
  const auto tick = [&] {
    const auto before = house.inbox.count();
    wait_for([&] {
      house.clock.advance(Millis{1000});
      return house.inbox.count() > before;
    });
  };
  tick();
  EXPECT_FALSE(say("crash"));
  await_life(1);
  tick();
  EXPECT_TRUE(say("timer-crash"));
  house.clock.advance(Millis{1});
  wait_for([&] { return condition().crashes == 2; });
  await_life(2);
  tick();
}

TEST_F(IsolationTest, ASlowServiceOfTheHostIsNotThePluginsFault) {
  config.deadline = Millis{1500};
  ASSERT_EQ(start(), "");
  auto held = house.kv.hold();
  auto sent = std::async(std::launch::async, [&] { return say("put"); });
  wait_for([&] { return generation->in_flight() == 1; });
  const auto too_late = std::chrono::steady_clock::now() + config.deadline + 2 * launch.patience.grace;
  wait_for([&] { return std::chrono::steady_clock::now() > too_late; });
  held.unlock();
  const auto done = sent.get();
  EXPECT_TRUE(done) << done.error().text;
  EXPECT_EQ(condition().crashes, 0);
}

TEST_F(IsolationTest, AServiceDoesNotProlongALifeWithoutEnd) {
  config.deadline = Millis{1000};
  ASSERT_EQ(start(), "");
  EXPECT_EQ(code_of("late"), Code::kUnknownOutcome);
  EXPECT_TRUE(house.kv.get("bell", "late")) << "what it wrote before stays";
  await_life(1);
}

TEST_F(IsolationTest, ItEndsWhileItIsBeingStarted) {
  config.deadline = Millis{30'000};
  ASSERT_EQ(start(), "");
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(say("crash"));
    stop();
    ASSERT_EQ(start(), "");
  }
}

/// 200 starts and kills leave nothing: no descriptor, no child, no file.
TEST_F(IsolationTest, TwoHundredStartsAndKillsLeaveNothing) {
  ASSERT_EQ(start(), "");
  stop();
  struct sigaction before {};
  ::sigaction(SIGCHLD, nullptr, &before);
  const auto descriptors = open_descriptors();
  const auto offspring = children();
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(start(), "");
    const auto pid = std::stoi(*say("guest"));
    ::kill(pid, SIGKILL);
    await_life(1);
    stop();
  }
  EXPECT_EQ(open_descriptors(), descriptors);
  EXPECT_EQ(children(), offspring) << "no zombie and no orphan";
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(house.state.path() / "generations"), {}), 1);
  struct sigaction after {};
  ::sigaction(SIGCHLD, nullptr, &after);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
}

TEST(Process, ARunnerEndsWhenItsHostIsGone) {
  auto runner = Process::start(*find_runner());
  ASSERT_TRUE(runner) << runner.error().text;
  auto& [process, socket] = *runner;
  EXPECT_FALSE(process.ends_within(Millis{0}));
  ::close(socket);
  EXPECT_TRUE(process.ends_within(Millis{60'000}));
  EXPECT_EQ(process.wait(), "ended by itself with exit code 0");
}

TEST(Process, ARunnerEndsWithTheThreadThatStartedIt) {
  std::optional<Process> process;
  std::unique_ptr<Link> link;
  std::thread([&] {
    auto runner = Process::start(*find_runner());
    ASSERT_TRUE(runner) << runner.error().text;
    process.emplace(std::move(runner->first));
    link = std::make_unique<Link>(runner->second);
    FrameWriter order(FrameKind::kCall, static_cast<std::uint16_t>(Operation::kCreate), 0);
    order.text(tag::kText, std::string_view("/no/such/plugin.so"));
    Letter answer;
    ASSERT_TRUE(link->send(order.frame(), std::nullopt));
    ASSERT_EQ(link->receive(answer), Link::Receipt::kFrame) << "it has settled in";
  }).join();
  EXPECT_TRUE(process->ends_within(Millis{60'000}));
  EXPECT_EQ(process->wait(), "was ended by signal 9 (Killed)");
}

TEST(Process, NeedsNoneOfTheStandardDescriptors) {
  const int kept = ::dup(STDIN_FILENO);
  ::close(STDIN_FILENO);
  {
    auto runner = Process::start(*find_runner());
    ASSERT_TRUE(runner) << runner.error().text;
    EXPECT_GT(runner->second, STDERR_FILENO);
    EXPECT_FALSE(runner->first.ends_within(Millis{0}));
    ::close(runner->second);
    EXPECT_TRUE(runner->first.ends_within(Millis{60'000}));
    EXPECT_EQ(runner->first.wait(), "ended by itself with exit code 0") << "it had its socket";
  }
  ::dup2(kept, STDIN_FILENO);
  ::close(kept);
}

TEST(Process, AChildThatCannotBeHeldIsReaped) {
  const auto before = children();
  const int first = ::dup(STDERR_FILENO);
  const int second = ::dup(STDERR_FILENO);
  ::close(first);
  ::close(second);
  struct rlimit usual {};
  ::getrlimit(RLIMIT_NOFILE, &usual);
  const struct rlimit tight { static_cast<rlim_t>(second) + 1, usual.rlim_max };  // a socket, and no more
  ::setrlimit(RLIMIT_NOFILE, &tight);
  const auto runner = Process::start("/bin/true");
  ::setrlimit(RLIMIT_NOFILE, &usual);
  ASSERT_FALSE(runner);
  EXPECT_THAT(runner.error().text, HasSubstr("Too many open files"));
  EXPECT_EQ(children(), before);
}

TEST_F(IsolationTest, AMissingRunnerIsToldWithItsPlaces) {
  launch.runner = house.state.path() / "agente-runner";
  EXPECT_THAT(start(), HasSubstr("agente-runner cannot be started: No such file"));
}

}  // namespace
}  // namespace agente::plugins::isolation
