#include <set>

#include <gtest/gtest.h>

#include "simulators/whatsapp/kinds.hpp"
#include "simulators/whatsapp/testing.hpp"

namespace agente::sim::whatsapp::testing {
namespace {

constexpr int kDay = 24 * 3600;

struct ClosedWindowTest : ::testing::Test {
  Webhook hook;

  Options options(ClosedWindow policy) const {
    auto all = hook.options();
    all.closed_window = policy;
    return all;
  }
};

TEST_F(ClosedWindowTest, AGuestCanBeWrittenToFor24HoursAfterHeWrote) {
  const Bench bench(options(ClosedWindow::kRefused));
  EXPECT_EQ(bench.send("Hola").error_member()["code"], 131047);

  bench.control("guest", {{"from", kGuest}, {"text", "Hola"}});
  EXPECT_EQ(bench.send("Hola").status, 200);
  EXPECT_EQ(bench.send("Hola", "34600333444").error_member()["code"], 131047);

  bench.control("clock", {{"ahead_s", kDay - 60}});
  EXPECT_EQ(bench.send("Hola").status, 200);
  bench.control("clock", {{"ahead_s", kDay + 60}});
  EXPECT_EQ(bench.send("Hola").error_member()["code"], 131047);
  EXPECT_EQ(bench.last_request()["accepted"], false);

  bench.control("guest", {{"from", kGuest}, {"text", "Hola"}});
  EXPECT_EQ(bench.send("Hola").status, 200);
}

TEST_F(ClosedWindowTest, WhatCountsIsWhenTheGuestWroteNotWhenItWasTold) {
  const Bench bench(options(ClosedWindow::kRefused));
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  bench.control("guest", {{"from", kGuest}, {"text", "Hola"}, {"timestamp", now - kDay - 60}});
  EXPECT_EQ(bench.send("Hola").error_member()["code"], 131047);
}

TEST_F(ClosedWindowTest, OnlyWhatAGuestWritesOpensIt) {
  const Bench bench(options(ClosedWindow::kRefused));
  const std::set<std::string> none{"reaction",        "reaction_removed", "edit", "revoke", "changed_number",
                                   "changed_user_id", "changed_identity", "echo", "group"};
  const auto kinds = json::parse(kKinds);
  for (const auto& [kind, example] : kinds.items()) {
    bench.control("reset", json::object());
    ASSERT_EQ(bench.control("guest", {{"from", kGuest}, {"kind", kind}}).status, 200);
    const bool opens = !none.contains(kind) && !example.contains("field");
    EXPECT_EQ(bench.send("Hola").status, opens ? 200 : 400) << kind;
  }
}

TEST_F(ClosedWindowTest, AReactionDoesNotKeepItOpen) {
  const Bench bench(options(ClosedWindow::kRefused));
  bench.control("guest", {{"from", kGuest}, {"text", "Hola"}});
  bench.control("clock", {{"ahead_s", kDay - 60}});
  bench.control("guest", {{"from", kGuest}, {"kind", "reaction"}});
  EXPECT_EQ(bench.send("Hola").status, 200);
  bench.control("clock", {{"ahead_s", kDay + 60}});
  EXPECT_EQ(bench.send("Hola").error_member()["code"], 131047);
}

TEST_F(ClosedWindowTest, ATemplateMayBeSentAtAnyTimeAndOpensNothing) {
  const Bench bench(options(ClosedWindow::kRefused));
  const json form{{"name", "hotel_message"},
                  {"language", {{"code", "es"}}},
                  {"components", {{{"type", "body"}, {"parameters", {{{"type", "text"}, {"text", "Hola"}}}}}}}};

  EXPECT_EQ(bench.post(message({{"type", "template"}, {"text", nullptr}, {"template", form}}).dump()).status, 200);
  EXPECT_EQ(bench.send("Hola").error_member()["code"], 131047);
}

TEST_F(ClosedWindowTest, ItCanBeAcceptedAndFailLater) {
  const Bench bench(options(ClosedWindow::kFailedLater));

  EXPECT_EQ(bench.send("Hola").status, 200);

  const auto status = json::parse(hook.wait_for(1)[0].body)["entry"][0]["changes"][0]["value"]["statuses"][0];
  EXPECT_EQ(status["status"], "failed");
  EXPECT_EQ(status["errors"][0]["code"], 131047);
}

}  // namespace
}  // namespace agente::sim::whatsapp::testing
