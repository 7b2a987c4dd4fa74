#include <atomic>
#include <fstream>
#include <future>

#include <gmock/gmock.h>

#include "plugins/admission/unload.hpp"
#include "plugins/host_test_fixture.hpp"
#include "plugins/library.hpp"

namespace agente::plugins {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(PluginHostTest, AChannelCarriesAMessageAndGivesTheProvidersId) {
  auto& porter = channel("porter");
  const auto id = send(porter, "guest", "hola");

  ASSERT_TRUE(id) << id.error().text;
  EXPECT_EQ(*id, "id-of-k1");
  EXPECT_EQ(porter.id(), "bell");
  EXPECT_EQ(status().plugin, "porter");
  EXPECT_EQ(status().instance, "bell");
  EXPECT_EQ(status().kind, "channel");
  EXPECT_EQ(status().version, "1.2.3");
  EXPECT_EQ(status().generation, 1);
  EXPECT_EQ(status().state, "live");
  EXPECT_EQ(status().in_flight, 0);
  EXPECT_EQ(status().resident_images, kIsolated ? 0 : 1);
  EXPECT_EQ(status().isolation, kIsolated ? "process" : "in-process");
  EXPECT_EQ(status().load_class, "hot");
  EXPECT_THAT(house.metrics.text(), HasSubstr("plugin_calls_total{call=\"send\",outcome=\"ok\",plugin=\"porter\"} 1"));
}

TEST_F(PluginHostTest, AnErrorOfThePluginArrivesWithItsCodeTextAndPatience) {
  const auto sent = send(channel("porter"), "rate");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, Code::kRate);
  EXPECT_EQ(sent.error().text, "slow down");
  EXPECT_EQ(sent.error().retry_after, Millis{1500});
}

TEST_F(PluginHostTest, ASelfTestTellsEachStage) {
  const auto checks = channel("porter").self_test();
  ASSERT_TRUE(checks);
  ASSERT_EQ(checks->size(), 2U);
  EXPECT_TRUE(checks->at(0).ok);
  EXPECT_EQ(checks->at(1).remedy, "buy a battery");
}

TEST_F(PluginHostTest, WhatAChannelDoesNotOfferIsUnsupported) {
  auto& deaf = channel("deaf");
  Staged staged;
  EXPECT_EQ(deaf.on_http({.method = "GET"}, staged, "").error().code, Code::kUnsupported);
  EXPECT_EQ(deaf.lookup("k1", "").error().code, Code::kUnsupported);
}

TEST_F(PluginHostTest, AChannelIsToldWhichMessageWasRead) {
  auto& porter = channel("porter");
  ASSERT_TRUE(porter.seen({.account = "100", .external_id = "wamid.1", .answering = true}, "00000000000000aa"));
  EXPECT_EQ(house.kv.get("bell", "greeting")->value, "100 wamid.1 1");
  ASSERT_TRUE(porter.seen({.external_id = "wamid.2"}, ""));
  EXPECT_EQ(house.kv.get("bell", "greeting")->value, " wamid.2 0");
  const auto refused = porter.seen({.external_id = "throttled"}, "");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kRate);
}

TEST_F(PluginHostTest, AChannelThatDoesNotCareWhoReadsIsNotAsked) {
  EXPECT_EQ(channel("aloof").seen({.external_id = "wamid.1"}, "").error().code, Code::kUnsupported);
  EXPECT_THAT(house.metrics.text(), Not(HasSubstr("call=\"seen\"")));
}

TEST_F(PluginHostTest, AFileIsFetchedWhole) {
  const std::string bytes("\x00\xff a picture", 12);
  const auto file = channel("porter").fetch(
      {.account = "100", .external_id = "wamid.1", .kind = "image", .raw = bytes, .max_bytes = 12}, "");
  ASSERT_TRUE(file) << file.error().text;
  EXPECT_EQ(file->bytes, bytes);
  EXPECT_EQ(file->mime_type, "image");
  EXPECT_EQ(file->file_name, "wamid.1");
  EXPECT_EQ(file->sha256, "100");
  EXPECT_EQ(file->transcript, "wamid.1");
}

TEST_F(PluginHostTest, AFileThatIsNoneOrTooMuchIsRefused) {
  auto& porter = channel("porter");
  const auto code_of = [&](const std::string& raw) {
    const auto file = porter.fetch({.kind = "image", .raw = raw, .max_bytes = 5000}, "");
    return file ? Code{} : file.error().code;
  };
  EXPECT_EQ(code_of("gone"), Code::kNotFound);
  EXPECT_EQ(code_of("huge"), Code::kInvalid);
  EXPECT_EQ(code_of("mute"), Code::kInternal);
  EXPECT_EQ(code_of("twice"), Code::kInternal);
  auto aloof = channel_config("aloof", "second");
  ASSERT_TRUE(host->start(aloof));
  EXPECT_EQ(host->channel("second")->fetch({}, "").error().code, Code::kUnsupported);
}

TEST_F(PluginHostTest, AFileIsHandedToTheProvider) {
  auto& porter = channel("porter");
  EXPECT_EQ(*porter.upload({.account = "100", .mime_type = "image/png", .bytes = "x"}, ""), "100 image/png");
  EXPECT_EQ(porter.upload({.bytes = "too large"}, "").error().code, Code::kInvalid);
  EXPECT_EQ(porter.upload({.bytes = "nothing"}, "").error().code, Code::kInternal);
  auto aloof = channel_config("aloof", "second");
  ASSERT_TRUE(host->start(aloof));
  EXPECT_EQ(host->channel("second")->upload({}, "").error().code, Code::kUnsupported);
}

// ---- what does not start ----

TEST_F(PluginHostTest, AnInstanceThatCannotStartIsFailedAndOthersGoOn) {
  auto bad = channel_config("porter", "bad");
  bad.config = R"({"refuse": true})";
  const auto done = host->start(bad);

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kConfig);
  EXPECT_EQ(host->channel("bad"), nullptr);
  EXPECT_EQ(status().state, "failed");
  EXPECT_EQ(status().reason, "refuse: must not be set");
  EXPECT_TRUE(send(channel("porter"), "guest"));
}

TEST_F(PluginHostTest, EveryRefusalNamesItsReason) {
  const auto reason = [&](const std::string& plugin) {
    const auto done = host->start(channel_config(plugin));
    EXPECT_FALSE(done) << plugin;
    return done ? std::string() : done.error().text;
  };
  EXPECT_THAT(reason("newer-abi"), HasSubstr("built for ABI 0.4, this host speaks 0.3"));
  EXPECT_THAT(reason("ledger"), HasSubstr("is a pms plugin"));
  EXPECT_THAT(reason("other-note"), HasSubstr("differ in version"));
  EXPECT_THAT(reason("other-name"), HasSubstr("name it porter.so"));
  EXPECT_THAT(reason("no-interface"), HasSubstr("agente.channel/1"));
  EXPECT_THAT(reason("absent-minded"), HasSubstr("offers agente.channel.presence/1 without its function"));
  EXPECT_THAT(reason("empty-handed"), HasSubstr("offers agente.channel.media/1 without its function"));
  EXPECT_THAT(reason("telex"), HasSubstr("there is no plugin telex"));
  EXPECT_FALSE(host->start(pms_config("no-health")));
  auto broken = channel_config("porter");
  broken.problems = {"channels[0]: access_token is missing"};
  EXPECT_THAT(host->start(broken).error().text, HasSubstr("access_token is missing"));
}

TEST_F(PluginHostTest, AFailedInstanceMayBeStartedAgainALiveOneNot) {
  ASSERT_FALSE(host->start(channel_config("telex")));
  EXPECT_TRUE(host->start(channel_config("porter")));
  EXPECT_EQ(host->start(channel_config("porter")).error().code, Code::kConflict);
}

// ---- life and end ----

TEST_F(PluginHostTest, InstancesOfOneFileShareItsImage) {
  channel("porter");
  ASSERT_TRUE(host->start(channel_config("porter", "second")));
  EXPECT_EQ(status().resident_images, kIsolated ? 0 : 1);
}

TEST_F(PluginHostTest, AHotPluginLeavesTheProcess) {
  channel("porter");
  host->stop(Millis{1000});
  EXPECT_EQ(status().state, "stopped");
  EXPECT_EQ(status().resident_images, 0);
}

TEST_F(PluginHostTest, APinnedPluginStaysUnlessItHasAProcessOfItsOwn) {
  EXPECT_TRUE(send(channel("threads"), "guest"));
  EXPECT_EQ(status().load_class, "pinned");
  EXPECT_THAT(status().reason, HasSubstr("pthread_key_create"));
  host->stop(Millis{1000});
  EXPECT_EQ(status().resident_images, kIsolated ? 0 : 1);
}

TEST_F(PluginHostTest, AfterStopNothingIsCalledAnyMore) {
  auto& porter = channel("porter");
  host->stop(Millis{1000});
  EXPECT_EQ(send(porter, "guest").error().code, Code::kRetry);
  EXPECT_EQ(host->start(channel_config("porter", "late")).error().code, Code::kCancelled);
  host->stop(Millis{1000});
}

/// Calls that a test holds open: porter's "gate" blocks until the file is there.
struct GateTest : PluginHostTest {
  std::filesystem::path gate = house.state.path() / "gate";
  std::vector<std::future<Result<std::string>>> calls;

  void enter(Channel& porter, int count) {
    for (int i = 0; i < count; ++i) {
      calls.push_back(std::async(std::launch::async, [&porter, this] { return send(porter, "gate", gate.string()); }));
    }
    wait_for([&] { return status().in_flight == count; });
  }
  void open() const { std::ofstream(gate) << "open"; }
};

TEST_F(GateTest, NoMoreThanMaxConcurrencyCallsRunAtOnce) {
  auto config = channel_config("porter");
  config.max_concurrency = 2;
  ASSERT_TRUE(host->start(config));
  auto& porter = *host->channel("bell");
  enter(porter, 2);

  const auto third = send(porter, "guest");
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, Code::kRate);
  open();
  for (auto& call : calls) EXPECT_TRUE(call.get());
  EXPECT_TRUE(send(porter, "guest"));
}

TEST_F(GateTest, StopWaitsForCallsUnderWay) {
  enter(channel("porter"), 1);
  auto stopped = std::async(std::launch::async, [&] { host->stop(Millis{60'000}); });
  wait_for([&] { return status().state == "draining"; });
  open();
  EXPECT_TRUE(calls.front().get()) << "a call under way is not cut off";
  stopped.get();
  EXPECT_EQ(status().state, "stopped");
  EXPECT_EQ(status().resident_images, 0);
}

TEST_F(GateTest, AnInstanceThatStaysBusyIsStuckAndNeverUnloaded) {
  enter(channel("porter"), 1);
  host->stop(Millis{1});
  EXPECT_EQ(status().state, "stuck");
  EXPECT_EQ(status().in_flight, 1);
  EXPECT_EQ(status().resident_images, kIsolated ? 0 : 1);
  open();
  EXPECT_TRUE(calls.front().get()) << "its code is still there to return into";
}

TEST_F(PluginHostTest, CallsFromManyThreadsMeetAStopWithoutHarm) {
  auto& porter = channel("porter");
  std::atomic<int> served{0};
  std::atomic<bool> over{false};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (!over) {
        const auto sent = send(porter, "guest");
        EXPECT_TRUE(sent || sent.error().code == Code::kRetry) << sent.error().text;
        Staged staged;
        served += sent && post(porter, "200 100 34600 hola", staged) ? 1 : 0;
      }
    });
  }
  wait_for([&] { return served > 200; });
  host->stop(Millis{60'000});
  EXPECT_EQ(status().state, "stopped");
  EXPECT_EQ(status().resident_images, 0);
  over = true;
}

// ---- files ----

TEST_F(PluginHostTest, TheOriginalMayBeOverwrittenWhileItRuns) {
  const auto folder = house.state.path() / "mine";
  std::filesystem::create_directory(folder);
  std::filesystem::copy(std::filesystem::path(TEST_PLUGINS) / "porter.so", folder / "porter.so");
  auto options = house.options();
  options.search = {folder};
  PluginHost own(options, house.services());
  ASSERT_TRUE(own.start(channel_config("porter")));
  std::ofstream(folder / "porter.so", std::ios::binary | std::ios::trunc) << "no longer a library";
  EXPECT_TRUE(send(*own.channel("bell"), "guest"));
}

TEST(ImageStoreTest, CopiesOfAnEarlierRunAreRemovedAtStart) {
  TemporaryFolder state;
  const auto left = state.path() / "generations" / "porter-1-00000000.so";
  std::filesystem::create_directories(left.parent_path());
  std::ofstream(left) << "left behind by a crash";
  const ImageStore first(state.path());
  EXPECT_FALSE(std::filesystem::exists(left));

  std::ofstream(left) << "in use by the first";
  ImageStore second(state.path());
  EXPECT_TRUE(std::filesystem::exists(left)) << "another host uses the folder";
  EXPECT_TRUE(second.open(std::filesystem::path(TEST_PLUGINS) / "porter.so", Kind::kChannel));
}

TEST(ImageStoreTest, AnImageIsUnmappedWithItsLastUser) {
  TemporaryFolder state;
  ImageStore store(state.path());
  auto first = store.open(std::filesystem::path(TEST_PLUGINS) / "porter.so", Kind::kChannel);
  auto second = store.open(std::filesystem::path(TEST_PLUGINS) / "porter.so", Kind::kChannel);
  ASSERT_TRUE(first && second);
  const auto copy = (*first)->copy();
  EXPECT_EQ(*first, *second);
  EXPECT_TRUE(is_listed(copy));

  first->reset();
  EXPECT_TRUE(is_listed(copy));
  second->reset();
  EXPECT_FALSE(is_listed(copy));
  EXPECT_EQ(store.resident("porter"), 0);
}

}  // namespace
}  // namespace agente::plugins
