#include "simulators/common/journal.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace agente::sim {
namespace {

using nlohmann::json;
using namespace std::chrono;

system_clock::time_point noon() { return sys_days(2026y / March / 12) + 12h + 7ms; }

TEST(Journal, KeepsRequestsAndWebhooksInOneOrder) {
  Journal journal(noon);
  journal.add(Journal::Kind::kRequest, {{"path", "/a"}});
  journal.add(Journal::Kind::kWebhook, {{"event", "status"}});
  journal.add(Journal::Kind::kRequest, {{"path", "/b"}});

  const auto all = json::parse(journal.since(0));
  EXPECT_EQ(all["last"], 3);
  EXPECT_EQ(all["requests"], json::parse(R"([{"at":"2026-03-12T12:00:00.007Z","path":"/a","seq":1},
                                             {"at":"2026-03-12T12:00:00.007Z","path":"/b","seq":3}])"));
  EXPECT_EQ(all["webhooks"][0]["seq"], 2);
  const auto later = json::parse(journal.since(2));
  EXPECT_EQ(later["requests"].size(), 1U);
  EXPECT_TRUE(later["webhooks"].empty());
}

TEST(Journal, ForgetsTheOldestAndSaysHowMany) {
  Journal journal(noon, 3);
  for (int i = 0; i < 5; ++i) journal.add(Journal::Kind::kRequest, json::object());
  const auto all = json::parse(journal.since(0));
  EXPECT_EQ(all["forgotten"], 2);
  EXPECT_EQ(all["requests"].size(), 3U);
  EXPECT_EQ(all["requests"][0]["seq"], 3);
}

TEST(Journal, NeverRepeatsASequenceNumberAfterItWasCleared) {
  Journal journal(noon);
  journal.add(Journal::Kind::kRequest, json::object());
  journal.clear();
  EXPECT_EQ(journal.add(Journal::Kind::kRequest, json::object()), 2U);
  EXPECT_EQ(json::parse(journal.since(0))["requests"].size(), 1U);
}

TEST(Journal, IsJsonEvenIfAPathIsNoText) {
  Journal journal(noon);
  journal.add(Journal::Kind::kRequest, {{"path", "/\xff\xfe"}});
  EXPECT_EQ(json::parse(journal.since(0))["requests"].size(), 1U);
}

}  // namespace
}  // namespace agente::sim
