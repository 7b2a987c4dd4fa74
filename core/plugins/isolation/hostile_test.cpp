// A runner that was taken over: whatever it sends, it is ended and counted, and the host answers on.
#include <future>

#include "plugins/isolation/isolation_fixture.hpp"

namespace agente::plugins::isolation {
namespace {

using testing::HasSubstr;

struct ForgeryTest : IsolationTest, testing::WithParamInterface<const char*> {};

TEST_P(ForgeryTest, EndsTheRunnerAtOnce) {
  config.deadline = Millis{100'000};  // not the deadline ends it, also where 360 MiB of forged frames take long
  ASSERT_EQ(start(), "");
  auto held = house.kv.hold();  // what it asks for first is not served, so the rest piles up
  auto answer = std::async(std::launch::async, [&] { return code_of(GetParam()); });
  wait_for([&] { return condition().crashes >= 1; });
  held.unlock();
  EXPECT_EQ(answer.get(), Code::kUnknownOutcome);
  await_life(1);
  EXPECT_EQ(condition().reason, std::string(GetParam()) == "close" ? "closed its connection and was killed"
                                                                   : "sent a malformed frame and was killed");
  EXPECT_TRUE(say("guest"));
}

INSTANTIATE_TEST_SUITE_P(Each, ForgeryTest,
                         testing::Values("garbage", "close", "forge-answer", "forge-kind", "forge-length",
                                         "forge-fields", "forge-many", "forge-within", "forge-bytes"),
                         [](const auto& each) {
                           std::string name = each.param;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace agente::plugins::isolation
