#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "simulators/whatsapp/testing.hpp"

namespace agente::sim::whatsapp::testing {
namespace {

TEST(Sending, IsAnsweredWithAnIdAndNotedWithoutTheToken) {
  const Bench bench;
  const auto answer = bench.post(message({{"biz_opaque_callback_data", "out-1"}}).dump());

  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.headers.at("facebook-api-version"), "v25.0");
  const auto body = answer.parsed();
  EXPECT_EQ(body["messaging_product"], "whatsapp");
  EXPECT_EQ(body["contacts"], json::parse(R"([{"input":"34600111222","wa_id":"34600111222"}])"));
  const auto wamid = body["messages"][0]["id"].get<std::string>();
  EXPECT_EQ(wamid.substr(0, 10), "wamid.HBgL");

  const auto log = bench.log();
  const auto noted = log["requests"][0];
  EXPECT_EQ(noted["path"], "/v25.0/" + kNumber + "/messages");
  EXPECT_EQ(noted["wamid"], wamid);
  EXPECT_EQ(noted["key"], "out-1");
  EXPECT_EQ(noted["text"], "Hola");
  EXPECT_EQ(noted["to"], kGuest);
  EXPECT_EQ(noted["accepted"], true);
  EXPECT_EQ(log.dump().find("demo-token"), std::string::npos);
}

TEST(Sending, TakesANumberWithAPlusAndABusinessScopedUserId) {
  const Bench bench;
  const auto plus = bench.send("Hola", "+34600111222").parsed();
  EXPECT_EQ(plus["contacts"][0], json::parse(R"({"input":"+34600111222","wa_id":"34600111222"})"));

  const auto user = bench.post(message({{"to", nullptr}, {"recipient", "NL.88120045671234"}}).dump()).parsed();
  EXPECT_EQ(user["contacts"][0], json::parse(R"({"input":"NL.88120045671234","user_id":"NL.88120045671234"})"));
}

TEST(Sending, AnswersArgentineAndMexicanNumbersWithTheLongerIdOnDemand) {
  Options options;
  options.other_wa_id = true;
  const Bench bench(options);
  EXPECT_EQ(bench.send("Hola", "541155550142").parsed()["contacts"][0]["wa_id"], "5491155550142");
  EXPECT_EQ(bench.send("Hola", "525512340187").parsed()["contacts"][0]["wa_id"], "5215512340187");
  EXPECT_EQ(bench.send("Hola", "34600111222").parsed()["contacts"][0]["wa_id"], "34600111222");
}

TEST(Sending, CountsTheLimitOfATextInCharactersNotBytes) {
  const Bench bench;
  std::string longest;
  for (int i = 0; i < 4096; ++i) longest += "ñ";
  EXPECT_EQ(bench.send(longest).status, 200);
  EXPECT_EQ(bench.send(longest + "ñ").error_member()["code"], 131009);
}

TEST(Sending, FiftyAtOnceAreAllAcceptedUnderDifferentIds) {
  Options options;
  options.rate = 1000;
  const Bench bench(options);
  std::vector<HttpAnswer> answers(50);
  {
    std::vector<std::jthread> senders;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      senders.emplace_back([&, i] { answers[i] = bench.send("Hola", std::to_string(34600000000 + i)); });
    }
  }
  std::set<std::string> ids;
  for (const auto& answer : answers) {
    ASSERT_EQ(answer.status, 200) << answer.error << answer.body;
    ids.insert(answer.parsed()["messages"][0]["id"].get<std::string>());
  }
  EXPECT_EQ(ids.size(), 50U);
  EXPECT_EQ(bench.log()["requests"].size(), 50U);
}

TEST(Sending, TooFastFromOneNumberIs130429UntilASecondHasPassed) {
  auto time = std::make_shared<std::atomic<std::int64_t>>(1'700'000'000);
  Options options;
  options.rate = 3;
  const Bench bench(options, [time] { return std::chrono::system_clock::from_time_t(time->load()); });
  for (int i = 0; i < 3; ++i) ASSERT_EQ(bench.send("Hola", std::to_string(34600000000 + i)).status, 200);
  const auto refused = bench.send("Hola");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.error_member()["message"], "(#130429) Rate limit hit");
  *time += 1;
  EXPECT_EQ(bench.send("Hola").status, 200);
}

TEST(Sending, TheFortySixthAtOnceToOneGuestIs131056UntilSixSecondsHavePassed) {
  auto time = std::make_shared<std::atomic<std::int64_t>>(1'700'000'000);
  const Bench bench({}, [time] { return std::chrono::system_clock::from_time_t(time->load()); });
  for (int i = 0; i < 45; ++i) ASSERT_EQ(bench.send("Hola").status, 200);
  EXPECT_EQ(bench.send("Hola").error_member()["code"], 131056);
  EXPECT_EQ(bench.send("Hola", "34600111333").status, 200) << "another guest must not suffer";
  *time += 6;
  EXPECT_EQ(bench.send("Hola").status, 200);
  EXPECT_EQ(bench.send("Hola").error_member()["code"], 131056);
}

TEST(Sending, IsUnlimitedToOneGuestWhenAskedFor) {
  Options options;
  options.pair_limit = false;
  options.rate = 1000;
  const Bench bench(options);
  for (int i = 0; i < 60; ++i) ASSERT_EQ(bench.send("Hola").status, 200);
}

}  // namespace
}  // namespace agente::sim::whatsapp::testing
