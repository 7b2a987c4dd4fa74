// What is behind the door stands still; the door does not.
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

using Milliseconds = std::chrono::milliseconds;

Milliseconds since(std::chrono::steady_clock::time_point moment) {
  return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - moment);
}

std::string number_of(int guest) { return "34600" + std::to_string(300'000 + guest); }

/// How many webhooks were answered how, and how long the slowest took.
struct Answers {
  std::atomic<int> accepted = 0;
  std::atomic<int> sent_back = 0;
  std::atomic<Milliseconds::rep> slowest = 0;
};

/// One webhook of each guest, all at once.
void all_write(Stage& stage, int guests, const std::string& id, Answers& answers) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < guests; ++i) {
    threads.emplace_back([&stage, &answers, &id, i] {
      const auto asked = std::chrono::steady_clock::now();
      const int status = stage.guest_writes(number_of(i), "Hola", id + std::to_string(i));
      const auto took = since(asked).count();
      if (status == 200) ++answers.accepted;
      if (status == 503) ++answers.sent_back;
      for (auto most = answers.slowest.load(); took > most && !answers.slowest.compare_exchange_weak(most, took);) {
      }
    });
  }
}

bool is_answered(const Stage& stage, const std::string& guest) {
  const auto turns = stage.conversation("whatsapp", guest);
  return turns.is_object() && turns.contains("turns") && turns["turns"].size() >= 2;
}

TEST(ASilentStore, IsToldToEveryProviderSoonAndThenAtOnceAndNothingAcknowledgedIsLost) {
  constexpr int kGuests = 100;
  Stage stage({.servers = true});
  stage.start_simulator();
  stage.start_host();
  ASSERT_EQ(stage.guest_writes(number_of(1000), "Hola", "wamid.first"), 200);

  postgres().pause();
  Answers during;
  all_write(stage, kGuests, "wamid.during.", during);
  const auto asked = std::chrono::steady_clock::now();
  const int again = stage.guest_writes(number_of(1001), "Hola", "wamid.again");
  const auto took = since(asked);
  postgres().resume();

  EXPECT_EQ(during.sent_back, kGuests);
  EXPECT_LT(during.slowest, 4'000);
  EXPECT_EQ(again, 503);
  EXPECT_LT(took, Milliseconds{1'000});
  EXPECT_TRUE(eventually([&] { return stage.guest_writes(number_of(1001), "Hola", "wamid.again") == 200; }));
  EXPECT_TRUE(eventually([&] { return is_answered(stage, number_of(1000)) && is_answered(stage, number_of(1001)); }));
}

/// As the server answers when its disk is full.
TEST(AStoreWithoutSpace, IsToldToTheProviderAndTheOperatorAndTakesMessagesAgainByItself) {
  Stage stage({.servers = true});
  stage.start_simulator();
  stage.start_host();
  const auto database = stage.store_url().substr(stage.store_url().rfind('/') + 1);
  postgres().ask(
      "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
      "'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;"
      "CREATE TRIGGER full_disk BEFORE INSERT ON inbound_messages EXECUTE FUNCTION full_disk();"
      "CREATE TRIGGER full_disk BEFORE UPDATE ON store_probe EXECUTE FUNCTION full_disk()",
      database);
  EXPECT_EQ(stage.guest_writes(number_of(1), "Hola", "wamid.1"), 503);
  const auto ready = stage.host("GET", "/health/ready");
  EXPECT_EQ(ready.status, 503);
  EXPECT_NE(ready.body.find("free space on the server's disk"), std::string::npos) << ready.body;

  postgres().ask("DROP FUNCTION full_disk() CASCADE", database);
  EXPECT_EQ(stage.guest_writes(number_of(1), "Hola", "wamid.1"), 200);
  EXPECT_TRUE(eventually([&] { return is_answered(stage, number_of(1)); }));
  EXPECT_TRUE(eventually([&] { return stage.host("GET", "/health/ready").status == 200; }));
}

TEST(AProviderThatHangs, StopsNoWebhook) {
  constexpr int kGuests = 40;
  Stage stage({});
  stage.start_simulator();
  stage.start_host();
  ASSERT_LT(stage.simulator("POST", "/__sim/fault", R"({"name":"timeout_before","next":500,"hold_ms":60000})").status,
            300);
  Answers first;
  all_write(stage, kGuests, "wamid.first.", first);  // more replies than there are threads to send them
  Answers second;
  all_write(stage, kGuests, "wamid.second.", second);
  EXPECT_EQ(first.accepted, kGuests);
  EXPECT_EQ(second.accepted, kGuests);
  EXPECT_LT(second.slowest, 3'000) << "the deadline of a send";
}

}  // namespace
}  // namespace agente::e2e
