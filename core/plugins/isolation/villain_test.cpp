// What a bad plugin can do to a host that keeps it in a process of its own: nothing but fail.
#include <csignal>
#include <fstream>
#include <thread>
#include <vector>

#include <agente/channel.h>

#include "plugins/isolation/isolation_fixture.hpp"

namespace agente::plugins::isolation {
namespace {

using testing::HasSubstr;

/// What the kernel tells of a segmentation fault. AddressSanitizer and ThreadSanitizer catch the signal, report, and
/// exit or, with abort_on_error, abort.
auto segmentation_fault() {
  return testing::ContainsRegex(kSanitized ? "exit code (1|66)|signal 6" : "signal 11 .Segmentation fault.");
}

TEST_F(IsolationTest, APluginThatDereferencesNullTakesNobodyAlong) {
  ASSERT_EQ(start(), "");
  const auto sent = say("crash");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, Code::kUnknownOutcome) << "it may have gone out";
  EXPECT_THAT(sent.error().text, HasSubstr("during send"));
  await_life(1);
  EXPECT_THAT(condition().reason, segmentation_fault());
  EXPECT_TRUE(say("guest")) << "it was started again";
  EXPECT_THAT(house.metrics.text(), HasSubstr("plugin_crashes_total{instance=\"bell\",plugin=\"villain\"} 1"));
}

TEST_F(IsolationTest, APluginThatLoopsForEverIsKilledAtItsDeadline) {
  config.deadline = Millis{1000};
  ASSERT_EQ(start(), "");
  EXPECT_EQ(code_of("loop"), Code::kUnknownOutcome);
  await_life(1);
  EXPECT_EQ(condition().reason, "did not answer send before its deadline and was killed");
  EXPECT_EQ(channel.lookup("loop", "").error().code, Code::kTimeout) << "a question has no outcome to be unsure of";
  await_life(2);
  EXPECT_TRUE(say("guest"));
}

TEST_F(IsolationTest, APluginThatEndsItsProcessIsStartedAgain) {
  ASSERT_EQ(start(), "");
  EXPECT_EQ(code_of("exit"), Code::kUnknownOutcome);
  await_life(1);
  EXPECT_EQ(condition().reason, "ended by itself with exit code 3");
  EXPECT_EQ(code_of("abort"), Code::kUnknownOutcome);
  await_life(2);
  EXPECT_EQ(condition().reason, "was ended by signal 6 (Aborted)");
  EXPECT_EQ(channel.lookup("crash", "").error().code, Code::kRetry);
  await_life(3);
}

TEST_F(IsolationTest, AnExceptionThroughTheEdgeIsCaughtInTheRunner) {
  ASSERT_EQ(start(), "");
  const auto sent = say("throw");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, Code::kUnknownOutcome);
  EXPECT_THAT(sent.error().text, HasSubstr("thrown through the edge"));
  EXPECT_EQ(condition().crashes, 0);
}

TEST_F(IsolationTest, APluginThatLeaksWithoutEndHitsItsLimit) {
  if (kSanitized) GTEST_SKIP() << "sanitizers need terabytes of address space, so there is no limit";
  config.memory_mb = 128;
  config.deadline = Millis{10'000};
  ASSERT_EQ(start(), "");
  EXPECT_EQ(code_of("leak"), Code::kUnknownOutcome);
  await_life(1);
  EXPECT_TRUE(say("guest"));
}

TEST_F(IsolationTest, AThreadLeftBehindEndsWithItsProcess) {
  ASSERT_EQ(start(), "");
  const auto pid = std::stoi(*say("guest"));
  EXPECT_EQ(*say("thread"), "left");
  stop();
  EXPECT_NE(::kill(pid, 0), 0) << "nothing of it is left";
}

TEST_F(IsolationTest, APluginHasNoChildren) {
  ASSERT_EQ(start(), "");
  EXPECT_EQ(*say("fork"), "no child");
  EXPECT_EQ(condition().crashes, 0);
}

TEST_F(IsolationTest, APluginOpensNoMoreFilesThanItMay) {
  config.open_files = 32;
  ASSERT_EQ(start(), "");
  EXPECT_LE(std::stoi(*say("open-files")), 32);
  EXPECT_TRUE(say("guest"));
}

TEST_F(IsolationTest, ARunnerHasNothingOfTheHostsButItsSocket) {
  ::setenv("VILLAIN_SECRET", "of the host", 1);
  const std::ofstream leaked(house.state.path() / "open");
  sigset_t usr1;
  sigset_t before;
  sigemptyset(&usr1);
  sigaddset(&usr1, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &usr1, &before);
  config.memory_mb = 300;
  config.open_files = 40;
  ASSERT_EQ(start(), "");
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::unsetenv("VILLAIN_SECRET");

  EXPECT_EQ(*say("descriptors"), "0 1 2 3 ");
  const auto who = *say("who");
  EXPECT_THAT(who, HasSubstr("/ as="));
  EXPECT_THAT(who, HasSubstr(kSanitized ? "as=" : "as=300 "));
  EXPECT_THAT(who, HasSubstr("files=40 core=0 secret=none usr1=free"));
}

TEST_F(IsolationTest, AnAnswerThatIsTooLargeIsRefusedAsInTheHost) {
  config.deadline = Millis{60'000};  // sanitizers look at every byte
  ASSERT_EQ(start(), "");
  const auto sent = say("20-mib");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, Code::kUnknownOutcome);
  EXPECT_THAT(sent.error().text, HasSubstr("longer than 1024 bytes"));
  EXPECT_FALSE(say("100-mib"));
  Staged staged;
  EXPECT_EQ(post(channel, "20-mib", staged).error().code, Code::kInternal);
  const auto large = post(channel, "15-mib", staged);
  ASSERT_TRUE(large) << large.error().text;
  EXPECT_EQ(large->body.size(), std::size_t{15} << 20U);
  EXPECT_EQ(condition().crashes, 0);
}

TEST_F(IsolationTest, ALargeBodyGoesInAndOut) {
  config.deadline = Millis{60'000};  // sanitizers look at every byte
  ASSERT_EQ(start(), "");
  std::string body = "echo";
  while (body.size() < std::size_t{3} << 20U) body += body;
  Staged staged;
  EXPECT_EQ(post(channel, body, staged)->body, body);
}

TEST_F(IsolationTest, WhatADeadCallStagedIsDropped) {
  ASSERT_EQ(start(), "");
  Staged staged;
  ASSERT_TRUE(post(channel, "stage", staged));
  EXPECT_EQ(staged.messages.size(), 1U);
  staged = {};
  EXPECT_EQ(post(channel, "stage-crash", staged).error().code, Code::kRetry) << "503: the provider comes again";
  EXPECT_TRUE(staged.empty());
}

TEST_F(IsolationTest, SerialCallsDoNotOverlapInTheRunnerWhateverTheHostDoes) {
  ASSERT_EQ(start(), "");
  const auto poll = [&] {
    std::uint32_t next_ms = 0;
    // Under the name of a call that is not serial, so that the host lets them overlap.
    const auto done = generation->call({.name = "lookup"}, [&](const Frame& frame) {
      const auto& table = *static_cast<const agente_channel_v1*>(frame.interface);
      return table.poll(frame.self, frame.call, &next_ms, frame.err);
    });
    EXPECT_TRUE(done) << done.error().text;
    EXPECT_EQ(next_ms, 1U);
  };
  std::vector<std::jthread> threads;
  for (int i = 0; i < 5; ++i) threads.emplace_back(poll);
}

TEST_F(IsolationTest, ManyCallsAreUnderWayAtOnce) {
  ASSERT_EQ(start(), "");
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < 50; ++n) {
        const auto key = std::to_string(i) + "-" + std::to_string(n);
        EXPECT_EQ(*channel.lookup(key, ""), "found-" + key);
      }
    });
  }
}

TEST_F(IsolationTest, AThreadOfThePluginMayUseTheHostOutsideAnyCall) {
  ASSERT_EQ(start(), "");
  EXPECT_EQ(*say("own-thread"), "0");
  EXPECT_TRUE(house.kv.get("bell", "own"));
}

TEST_F(IsolationTest, APluginThatDoesNotStartSaysWhyAndIsNotTriedAgain) {
  const auto before = children();
  config.deadline = Millis{1500};
  const auto try_with = [&](const char* what) {
    config.config = std::string("{\"") + what + "\": true}";
    return start();
  };
  EXPECT_THAT(try_with("crash-in-create"), AllOf(segmentation_fault(), HasSubstr("while it was created")));
  EXPECT_THAT(try_with("exit-in-create"), HasSubstr("ended by itself with exit code 7 while it was created"));
  EXPECT_THAT(try_with("hang-in-create"), HasSubstr("did not finish create in time and was killed"));
  EXPECT_EQ(children(), before);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(house.state.path() / "generations"), {}), 1)
      << "of the copies only the lock file";
}

TEST_F(IsolationTest, APluginThatDoesNotEndIsKilled) {
  for (const auto* how : {"hang-in-destroy", "crash-in-destroy"}) {
    config.config = std::string("{\"") + how + "\": true}";
    ASSERT_EQ(start(), "");
    const auto pid = std::stoi(*say("guest"));
    stop();
    EXPECT_NE(::kill(pid, 0), 0) << how;
  }
  EXPECT_THAT(house.metrics.text(), HasSubstr("plugin_crashes_total{instance=\"bell\",plugin=\"villain\"} 2"));
}

}  // namespace
}  // namespace agente::plugins::isolation
