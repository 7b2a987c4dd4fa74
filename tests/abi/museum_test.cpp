// Every plugin binary that was ever kept loads into today's host, works, and leaves it again.
#include <algorithm>
#include <chrono>
#include <thread>

#include <gmock/gmock.h>

#include "plugins/test_house.hpp"

namespace agente::plugins {
namespace {

using testing::HasSubstr;

std::vector<std::string> kept_minors() {
  std::vector<std::string> minors;
  for (const auto& folder : std::filesystem::directory_iterator(MUSEUM)) {
    if (folder.is_directory()) minors.push_back(folder.path().filename());
  }
  std::ranges::sort(minors);
  return minors;
}

/// A host with the bellboy of one minor version.
class Museum : public testing::TestWithParam<std::string> {
 protected:
  Museum() : host_(options(), house_.services()) {}

  void SetUp() override {
#ifndef __x86_64__
    GTEST_SKIP() << "the kept binaries are for x86-64";
#endif
    auto config = channel_config("bellboy");
    config.accounts = {{"100", "sol"}};
    config.config = R"({"greeting": "hola"})";
    const auto started = host_.start(config);
    ASSERT_TRUE(started) << started.error().text;
    bellboy_ = host_.channel("bell");
    ASSERT_NE(bellboy_, nullptr);
  }
  InstanceStatus status() { return host_.list().at(0); }
  Result<std::string> send(const std::string& text) {
    return bellboy_->send({.key = "k1", .recipient = "34600", .text = text}, "00000000000000aa");
  }
  /// What the timer and the poll hand over comes on the host's own threads.
  void wait_for_messages(std::size_t count) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (house_.inbox.count() < count) {
      ASSERT_LT(std::chrono::steady_clock::now(), limit) << "only " << house_.inbox.count() << " came";
      std::this_thread::yield();
    }
  }

  TestHouse house_;
  PluginHost host_;
  Channel* bellboy_ = nullptr;

 private:
  [[nodiscard]] HostOptions options() const {
    auto options = house_.options();
    options.search = {std::filesystem::path(MUSEUM) / GetParam()};
    return options;
  }
};

TEST_P(Museum, ItGoesLiveAndSends) {
  EXPECT_EQ(status().state, "live");
  EXPECT_EQ(status().load_class, "hot") << status().reason;

  const auto id = send("hola");

  ASSERT_TRUE(id) << id.error().text;
  EXPECT_EQ(*id, "k1");
  EXPECT_THAT(house_.metrics.text(), HasSubstr("bellboy_sent_total{instance=\"bell\"} 1"));
  EXPECT_EQ(*bellboy_->lookup("k1", ""), "34600") << "its kv";
  EXPECT_EQ(bellboy_->lookup("k2", "").error().code, Code::kNotFound);
}

TEST_P(Museum, ItGetsOfAMessageWhatItsMinorKnows) {
  const auto id = bellboy_->send({.key = "k1",
                                  .recipient = "34600",
                                  .kind = "choices",
                                  .text = "hola",
                                  .details = R"({"choices": []})",
                                  .guest_wrote = Time{Millis{1500}}},
                                 "");

  ASSERT_TRUE(id) << id.error().text;
  const bool knows_details = GetParam() != "0.1";
  EXPECT_EQ(*id, knows_details ? R"({"choices": []})" : "k1");
  if (knows_details) {
    EXPECT_THAT(house_.metrics.text(), HasSubstr("bellboy_guest_wrote_ms{instance=\"bell\"} 1500"));
  }
}

TEST_P(Museum, ItIsToldOfWhatWasReadIfItsMinorKnowsThat) {
  const auto told = bellboy_->seen({.account = "100", .external_id = "wamid.1", .answering = true}, "");

  const bool knows_presence = GetParam() != "0.1" && GetParam() != "0.2";
  ASSERT_EQ(bool{told}, knows_presence);
  if (!knows_presence) {
    EXPECT_EQ(told.error().code, Code::kUnsupported);
    EXPECT_THAT(house_.metrics.text(), testing::Not(HasSubstr("call=\"seen\"")));
    return;
  }
  EXPECT_EQ(*bellboy_->lookup("wamid.1", ""), "100");
  EXPECT_THAT(house_.metrics.text(), HasSubstr("bellboy_seen_flags{instance=\"bell\"} 1"));
  EXPECT_EQ(bellboy_->seen({}, "").error().text, "seen what?");
}

TEST_P(Museum, ItFetchesAFileIfItsMinorKnowsThat) {
  const auto file = bellboy_->fetch(
      {.account = "100", .external_id = "a.jpg", .kind = "image", .raw = "a picture", .max_bytes = 9}, "");

  const bool knows_media = GetParam() != "0.1" && GetParam() != "0.2";
  ASSERT_EQ(bool{file}, knows_media);
  if (!knows_media) {
    EXPECT_EQ(file.error().code, Code::kUnsupported);
    return;
  }
  EXPECT_EQ(file->bytes, "a picture");
  EXPECT_EQ(file->file_name, "a.jpg");
  EXPECT_EQ(file->sha256, "100");
  EXPECT_EQ(file->transcript, "a.jpg");
  EXPECT_EQ(file->mime_type, "image");
  EXPECT_EQ(bellboy_->fetch({.raw = "long", .max_bytes = 3}, "").error().text, "it is too large");
}

TEST_P(Museum, ItHandsAFileToItsProviderIfItsMinorKnowsThat) {
  const auto id = bellboy_->upload({.account = "100", .mime_type = "image/png", .bytes = "a picture"}, "");

  const bool knows_media = GetParam() != "0.1" && GetParam() != "0.2";
  ASSERT_EQ(bool{id}, knows_media);
  if (knows_media) {
    EXPECT_EQ(*id, "a picture");
  } else {
    EXPECT_EQ(id.error().code, Code::kUnsupported);
  }
}

TEST_P(Museum, ItsErrorsArriveWhole) {
  const auto refused = send("");

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kRate);
  EXPECT_EQ(refused.error().text, "an empty message; slow down");
  EXPECT_EQ(refused.error().retry_after, Millis{1500});
}

TEST_P(Museum, ItAnswersAWebhookAndStagesWhatItSays) {
  Staged staged;
  const auto answer = bellboy_->on_http(
      {.method = "POST", .query = "wamid.1", .headers = {{"X-Hub", "1"}}, .body = "una habitación"}, staged, "");

  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "POST");
  ASSERT_EQ(answer->headers.size(), 1U);
  EXPECT_EQ(answer->headers[0].second, "X-Hub");
  ASSERT_EQ(staged.messages.size(), 1U);
  EXPECT_EQ(staged.messages[0].external_id, "wamid.1");
  EXPECT_EQ(staged.messages[0].text, "una habitación");
  EXPECT_EQ(staged.messages[0].raw, "una habitación");
  EXPECT_EQ(staged.messages[0].provider_time, house_.clock.now());
  ASSERT_EQ(staged.receipts.size(), 1U);
  EXPECT_EQ(staged.receipts[0].code, "131026");
  ASSERT_EQ(staged.kv.size(), 1U);
  EXPECT_EQ(staged.kv[0].value, "wamid.1");
}

TEST_P(Museum, ItsPollAndItsTimerHandOverMessages) {
  wait_for_messages(1);
  house_.clock.advance(Millis{30'000});
  wait_for_messages(2);
}

TEST_P(Museum, EveryServiceItKnowsAnswersAsItDid) {
  const auto checks = bellboy_->self_test();

  ASSERT_TRUE(checks) << checks.error().text;
  EXPECT_GE(checks->size(), 8U);
  for (const auto& check : *checks) EXPECT_TRUE(check.ok) << check.stage << ": " << check.cause;
}

TEST_P(Museum, ItLeavesTheProcess) {
  EXPECT_TRUE(send("hola"));
  host_.stop(Millis{10'000});

  EXPECT_EQ(status().state, "stopped");
  EXPECT_EQ(status().resident_images, 0);
}

INSTANTIATE_TEST_SUITE_P(Kept, Museum, testing::ValuesIn(kept_minors()), [](const auto& minor) {
  auto name = minor.param;
  std::ranges::replace(name, '.', '_');
  return name;
});

}  // namespace
}  // namespace agente::plugins
