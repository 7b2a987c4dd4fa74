// Meta lets a number write to one guest a few times at once and then once in six seconds: who is written to more often
// waits, in order, and nobody else does.
#include <chrono>

#include <gmock/gmock.h>

#include "base/calendar.hpp"
#include "stage.hpp"

namespace agente::e2e {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kAna = "34600111222";
constexpr const char* kBea = "34600111333";
constexpr std::size_t kAtOnce = 40;

TEST(PairLimit, AGuestWhoIsWrittenToTooOftenWaitsForTheRestAndNobodyElseWaits) {
  Stage stage({});
  stage.start_simulator();  // which refuses what is too much, as Meta does
  stage.start_host();
  for (const auto* guest : {kAna, kBea}) {
    ASSERT_EQ(stage.guest_writes(guest, "Hola", std::string("wamid.") + guest), 200);
    ASSERT_TRUE(eventually([&] { return stage.texts_to(guest).size() == 1; }));
  }
  const auto say = [&](const char* guest, const std::string& text) {
    return stage
        .host("POST", std::string("/api/v1/admin/conversations/whatsapp/") + guest + "/say",
              json{{"text", text}}.dump(), {{"Content-Type", "application/json"}})
        .status;
  };
  for (std::size_t i = 1; i <= kAtOnce; ++i) ASSERT_EQ(say(kAna, std::to_string(i)), 202);
  ASSERT_EQ(say(kBea, "Para usted"), 202);
  ASSERT_TRUE(eventually([&] { return stage.texts_to(kBea).size() == 2; }));
  ASSERT_TRUE(eventually([&] { return stage.texts_to(kAna).size() == kAtOnce + 1; }));
  EXPECT_EQ(stage.texts_to(kAna).back(), std::to_string(kAtOnce));

  const auto log = stage.simulator("GET", "/__sim/log").json();
  std::vector<std::chrono::sys_time<std::chrono::milliseconds>> to_ana;
  for (const auto& request : log["requests"]) {
    if (request.value("to", "") != kAna || !request.value("accepted", false)) continue;
    to_ana.push_back(parse_time(request["at"].get<std::string>()).value());
  }
  ASSERT_EQ(to_ana.size(), kAtOnce + 1);
  EXPECT_GE(to_ana.back() - to_ana.front(), std::chrono::milliseconds{5'900}) << "the last one waited for its place";
  EXPECT_THAT(log.dump(), Not(HasSubstr("131056"))) << "Meta never had to say no";
}

}  // namespace
}  // namespace agente::e2e
