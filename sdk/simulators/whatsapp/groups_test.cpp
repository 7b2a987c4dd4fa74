#include <gtest/gtest.h>

#include "simulators/whatsapp/testing.hpp"

namespace agente::sim::whatsapp::testing {
namespace {

const std::string kGroup = "Y2FwaV9ncm91cDoxNTU1MDc4Mzg4MToxMjAzNjM0MDQ2OTQyMzM4MjAZD";
const std::string kOther = "34600333444";

std::string to_group(const std::string& id = kGroup) {
  return message({{"recipient_type", "group"}, {"to", id}}).dump();
}

/// How many events the report has once so many are delivered: the webhook sees one before the report does.
int events_once_delivered(const Bench& bench, int count) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  json report;
  do {
    report = http("GET", bench.simulator.control_url() + "__sim/report").parsed();
  } while (report["delivered"] != count && std::chrono::steady_clock::now() < until);
  return report["events"];
}

TEST(Group, InWhichAGuestWroteCanBeWrittenTo) {
  Webhook hook;
  const Bench bench(hook.options());
  bench.control("guest", {{"from", kGuest}, {"kind", "group"}});

  const auto answer = bench.post(to_group());
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.parsed()["contacts"][0], json({{"input", kGroup}, {"wa_id", kGroup}}));
  EXPECT_EQ(bench.last_request()["to"], kGroup);
  EXPECT_EQ(bench.last_request()["recipient_type"], "group");
}

TEST(Group, ThatNobodyWroteInIsRefused) {
  Webhook hook;
  const Bench bench(hook.options());
  const auto refused = bench.post(to_group());
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.error_member()["code"], 131009);
  EXPECT_EQ(bench.post(message({{"recipient_type", "group"}, {"to", nullptr}}).dump()).error_member()["code"], 100);

  bench.control("guest", {{"from", kGuest}, {"kind", "group"}});
  EXPECT_EQ(bench.post(to_group("another")).error_member()["code"], 131009);
  EXPECT_EQ(bench.send("Hola", kGroup).status, 400) << "a group is no guest";
  bench.control("reset", json::object());
  EXPECT_EQ(bench.post(to_group()).error_member()["code"], 131009);
}

TEST(Group, HasOneSentAndThenStatusesOfEachMember) {
  Webhook hook;
  const Bench bench(hook.options());
  for (const auto& guest : {kGuest, kOther, kGuest}) bench.control("guest", {{"from", guest}, {"kind", "group"}});
  bench.post(to_group());

  std::vector<std::string> told;
  for (const auto& status : hook.wait_for_statuses(3 + 5)) {
    EXPECT_EQ(status["recipient_id"], kGroup);
    EXPECT_EQ(status["recipient_type"], "group");
    told.push_back(status["status"].get<std::string>() + " " + status.value("recipient_participant_id", ""));
  }
  EXPECT_EQ(told, (std::vector<std::string>{"sent ", "delivered " + kGuest, "delivered " + kOther, "read " + kGuest,
                                            "read " + kOther}));
  EXPECT_EQ(events_once_delivered(bench, 3 + 5), 3 + 5) << "each is an event of its own";
}

TEST(Group, HasOneFailedStatus) {
  Webhook hook;
  const Bench bench(hook.options());
  bench.control("guest", {{"from", kGuest}, {"kind", "group"}});
  bench.arm({{"name", "status_failed"}, {"next", 1}});
  bench.post(to_group());
  const auto status = hook.wait_for_statuses(2).at(0);
  EXPECT_EQ(status["status"], "failed");
  EXPECT_FALSE(status.contains("recipient_participant_id"));
}

TEST(Group, HasTwentyFourHoursOfItsOwn) {
  Webhook hook;
  auto options = hook.options();
  options.closed_window = ClosedWindow::kRefused;
  const Bench bench(options);
  bench.control("guest", {{"from", kGuest}, {"kind", "group"}});
  EXPECT_EQ(bench.post(to_group()).status, 200);
  EXPECT_EQ(bench.send("Hola").error_member()["code"], 131047) << "he wrote to the group, not to the hotel";
  bench.control("clock", {{"ahead_s", 25 * 3600}});
  EXPECT_EQ(bench.post(to_group()).error_member()["code"], 131047);
}

}  // namespace
}  // namespace agente::sim::whatsapp::testing
