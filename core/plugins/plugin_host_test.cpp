#include "plugins/plugin_host.hpp"

#include <atomic>
#include <csignal>
#include <fstream>
#include <future>
#include <thread>

#include <gmock/gmock.h>

#include "plugins/library.hpp"
#include "plugins/test_house.hpp"

namespace agente::plugins {
namespace {

using testing::AllOf;
using testing::HasSubstr;

struct PluginHostTest : testing::Test {
  TestHouse house;
  std::unique_ptr<PluginHost> host = std::make_unique<PluginHost>(house.options(), house.services());

  Channel& channel(const std::string& plugin) {
    const auto done = host->start(channel_config(plugin));
    EXPECT_TRUE(done) << (done ? "" : done.error().text);
    return *host->channel("bell");
  }
  InstanceStatus status() { return host->list().at(0); }
};

Result<std::string> send(Channel& to, const std::string& recipient, const std::string& text = "") {
  return to.send({.key = "k1", .recipient = recipient, .text = text}, "00000000000000aa");
}

/// Waits for what another thread brings about; the test's time limit bounds it.
template <class F>
void wait_for(F&& condition) {
  while (!condition()) std::this_thread::yield();
}

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
  EXPECT_EQ(status().resident_images, 1);
  EXPECT_EQ(status().isolation, "in-process");
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

// ---- what a webhook stages ----

Result<HttpOut> post(Channel& to, const std::string& body, Staged& staged) {
  return to.on_http({.method = "POST", .body = body}, staged, "");
}

TEST_F(PluginHostTest, AWebhookStagesMessagesAndItsCursor) {
  Staged staged;
  const auto answer = post(channel("porter"), "200 200 34600 hola", staged);

  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "done");
  ASSERT_EQ(staged.messages.size(), 1U);
  const auto& message = staged.messages[0];
  EXPECT_EQ(message.hotel, "luna");
  EXPECT_EQ(message.account, "200");
  EXPECT_EQ(message.external_id, "wamid.1");
  EXPECT_EQ(message.sender, "34600");
  EXPECT_EQ(message.text, "hola");
  EXPECT_EQ(message.raw, "200 200 34600 hola");
  EXPECT_EQ(message.provider_time, Time{Millis{1000}});
  ASSERT_EQ(staged.kv.size(), 1U);
  EXPECT_EQ(staged.kv[0].key, "cursor");
  EXPECT_EQ(staged.kv[0].schema, 2U);
}

TEST_F(PluginHostTest, AnAnswerThatIsNoSuccessKeepsNothing) {
  Staged staged;
  EXPECT_EQ(post(channel("porter"), "401 100 34600 hola", staged)->status, 401);
  EXPECT_TRUE(staged.empty());
}

TEST_F(PluginHostTest, AForeignAccountAndAMissingSenderAreRefused) {
  auto& porter = channel("porter");
  Staged staged;
  EXPECT_EQ(post(porter, "200 999 34600 hola", staged).error().code, Code::kNotFound);
  EXPECT_EQ(post(porter, "200 - 34600 hola", staged).error().code, Code::kNotFound);  // two accounts: which?
  EXPECT_EQ(post(porter, "200 100 - hola", staged).error().code, Code::kInvalid);
  EXPECT_TRUE(staged.empty());
}

TEST_F(PluginHostTest, AMessageWithoutAccountGoesToTheOnlyOne) {
  auto config = channel_config("porter");
  config.accounts = {{"100", "sol"}};
  ASSERT_TRUE(host->start(config));
  Staged staged;
  ASSERT_TRUE(post(*host->channel("bell"), "200 - 34600 hola", staged));
  EXPECT_EQ(staged.messages[0].account, "100");
  EXPECT_EQ(staged.messages[0].hotel, "sol");
}

TEST_F(PluginHostTest, AChannelWithoutAccountsServesItsHotel) {
  auto config = channel_config("porter");
  config.accounts.clear();
  config.hotel = "sol";
  ASSERT_TRUE(host->start(config));
  Staged staged;
  ASSERT_TRUE(post(*host->channel("bell"), "200 - visitor hola", staged));
  EXPECT_EQ(staged.messages[0].hotel, "sol");
}

TEST_F(PluginHostTest, HostileTextIsCleanedAndCutBetweenCharacters) {
  auto& porter = channel("porter");
  Staged staged;
  ASSERT_TRUE(post(porter,
                   "200 100 34600 a\xff\xfe"
                   "b",
                   staged));
  EXPECT_EQ(staged.messages.at(0).text,
            "a\xEF\xBF\xBD\xEF\xBF\xBD"
            "b");

  staged = {};
  std::string longest = "x";
  while (longest.size() < 100'000) longest += "ñ";
  ASSERT_TRUE(post(porter, "200 100 34600 " + longest, staged));
  EXPECT_EQ(staged.messages.at(0).text.size(), 65'535U);
  EXPECT_EQ(staged.messages.at(0).text, longest.substr(0, 65'535));
}

TEST_F(PluginHostTest, OnlyCallsThatMayStageCanAccept) {
  EXPECT_EQ(send(channel("porter"), "accept").error().code, Code::kInvalid);
}

TEST_F(PluginHostTest, ACallThatIsOverIsNotServedAnyMore) {
  auto& porter = channel("porter");
  Staged staged;
  ASSERT_TRUE(post(porter, "200 100 34600 hola", staged));
  EXPECT_EQ(send(porter, "stale").error().code, Code::kCancelled);
  EXPECT_EQ(staged.messages.size(), 1U);
}

// ---- services ----

TEST_F(PluginHostTest, ValuesOutliveTheInstanceThatWroteThem) {
  EXPECT_EQ(*send(channel("porter"), "kv", "buenos días"), "buenos días");
  EXPECT_EQ(house.kv.get("bell", "greeting")->value, "buenos días");
}

TEST_F(PluginHostTest, WritesBeforeLiveAreRefused) {
  auto config = channel_config("porter");
  config.config = R"({"early": true})";
  const auto done = host->start(config);
  EXPECT_TRUE(done) << done.error().text;
  EXPECT_EQ(house.kv.get("bell", "k").error().code, Code::kNotFound);
}

TEST_F(PluginHostTest, ARotatedSecretIsReadWithoutAReload) {
  const auto file = house.state.path() / "token";
  std::ofstream(file) << "first\n";
  auto config = channel_config("porter");
  config.secrets.emplace("oauth.token",
                         config::SecretSource("file:token", house.state.path(), config::process_environment));
  config.secrets.emplace("gone", config::SecretSource("file:none", house.state.path(), config::process_environment));
  ASSERT_TRUE(host->start(config));
  auto& porter = *host->channel("bell");

  EXPECT_EQ(*send(porter, "secret", "/oauth/token"), "first");
  std::ofstream(file) << "second\n";
  EXPECT_EQ(*send(porter, "secret", "/oauth/token"), "second");
  EXPECT_EQ(send(porter, "secret", "/other").error().code, Code::kNotFound);
  EXPECT_EQ(send(porter, "secret", "/gone").error().code, Code::kConfig);
}

TEST_F(PluginHostTest, TheConfigIsReadByPointer) {
  auto config = channel_config("porter");
  config.config = R"({"board": {"lines": [1, "two"]}})";
  ASSERT_TRUE(host->start(config));
  auto& porter = *host->channel("bell");
  EXPECT_EQ(*send(porter, "config", "/board/lines/1"), "\"two\"");
  EXPECT_EQ(*send(porter, "config", ""), config.config);
  EXPECT_EQ(send(porter, "config", "/none").error().code, Code::kNotFound);
  EXPECT_EQ(send(porter, "config", "no pointer").error().code, Code::kInvalid);
}

TEST_F(PluginHostTest, AnInstanceKnowsItsHotelOnlyIfItIsOne) {
  EXPECT_EQ(*send(channel("porter"), "hotel"), "");
  auto config = channel_config("porter", "second");
  config.accounts = {{"1", "sol"}, {"2", "sol"}};
  ASSERT_TRUE(host->start(config));
  EXPECT_EQ(*send(*host->channel("second"), "hotel"), "Europe/Madrid");
}

TEST_F(PluginHostTest, TheClockIsTheHosts) { EXPECT_EQ(*send(channel("porter"), "clock"), "20706"); }

TEST_F(PluginHostTest, MetricsOfAPluginCarryItsInstance) {
  ASSERT_TRUE(send(channel("porter"), "metrics"));
  EXPECT_THAT(house.metrics.text(), HasSubstr("porter_things_total{instance=\"bell\",reason=\"test\"} 3"));
}

TEST_F(PluginHostTest, CallsToHostsThatAreNotAllowedAreRefused) {
  const auto sent = send(channel("porter"), "http", "http://example.com/");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, Code::kConfig);
  EXPECT_THAT(sent.error().text, HasSubstr("egress: [example.com]"));
}

TEST_F(PluginHostTest, ATimerRunsAtItsTimeAndCommitsWhatItStages) {
  ASSERT_TRUE(send(channel("porter"), "timer"));
  house.clock.advance(Millis{4999});
  EXPECT_EQ(house.inbox.count(), 0U);
  house.clock.advance(Millis{1});
  wait_for([&] { return house.inbox.count() == 1; });
}

TEST_F(PluginHostTest, AFailedPollIsRepeatedAndASuccessfulOneCommitted) {
  channel("poller");  // its first poll says RETRY
  wait_for([&] {
    house.clock.advance(Millis{100});
    return house.inbox.count() > 0;
  });
  const auto before = house.inbox.count();
  house.clock.advance(Millis{10'000});
  wait_for([&] { return house.inbox.count() > before; });
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
  EXPECT_THAT(reason("newer-abi"), HasSubstr("built for ABI 0.3, this host speaks 0.1"));
  EXPECT_THAT(reason("ledger"), HasSubstr("is a pms plugin"));
  EXPECT_THAT(reason("other-note"), HasSubstr("differ in version"));
  EXPECT_THAT(reason("other-name"), HasSubstr("name it porter.so"));
  EXPECT_THAT(reason("no-interface"), HasSubstr("agente.channel/1"));
  EXPECT_THAT(reason("telex"), HasSubstr("there is no plugin telex"));
  EXPECT_FALSE(host->start(pms_config("no-health")));
  auto isolated = channel_config("porter");
  isolated.isolation = config::Isolation::kProcess;
  EXPECT_THAT(host->start(isolated).error().text, HasSubstr("isolation: in-process"));
  auto broken = channel_config("porter");
  broken.problems = {"channels[0]: access_token is missing"};
  EXPECT_THAT(host->start(broken).error().text, HasSubstr("access_token is missing"));
}

TEST_F(PluginHostTest, AFailedInstanceMayBeStartedAgainALiveOneNot) {
  ASSERT_FALSE(host->start(channel_config("telex")));
  EXPECT_TRUE(host->start(channel_config("porter")));
  EXPECT_EQ(host->start(channel_config("porter")).error().code, Code::kConflict);
}

// ---- plugins that break the rules ----

TEST_F(PluginHostTest, ExceptionsThatCrossTheBoundaryAreCaught) {
  auto& thrower = channel("thrower");
  const auto sent = send(thrower, "guest");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, Code::kUnknownOutcome) << "it may have gone out";
  EXPECT_THAT(sent.error().text, AllOf(HasSubstr("thrower"), HasSubstr("the bell broke")));
  EXPECT_FALSE(thrower.send({.key = "k", .attempt = 2}, ""));
  EXPECT_EQ(thrower.self_test().error().code, Code::kInternal);
  auto early = channel_config("thrower", "early");
  early.config = R"({"early": 1})";
  EXPECT_THAT(host->start(early).error().text, HasSubstr("born badly"));
  host->stop(Millis{1000});  // and once more while it is destroyed
}

struct PmsTest : PluginHostTest {
  PmsBackend& ledger() {
    EXPECT_TRUE(host->start(pms_config("ledger")));
    return *host->pms("sol/pms");
  }
};

TEST_F(PmsTest, APmsBooksAndAnswersWithItsOwnId) {
  auto& pms = ledger();
  const auto booking = pms.book({.reference = "R-7"}, "");

  ASSERT_TRUE(booking) << booking.error().text;
  EXPECT_EQ(booking->booking_id, "B-1");
  EXPECT_EQ(booking->reference, "R-7");
  EXPECT_EQ(booking->total, (Money{30000, "EUR"}));
  EXPECT_EQ(booking->guest_name, "Ana García");
  EXPECT_EQ(nights_between(booking->checkin, booking->checkout), 3);
  EXPECT_EQ(pms.plugin(), "ledger");
}

TEST_F(PmsTest, EveryCallReachesThePms) {
  auto& pms = ledger();
  const StayQuery stay{.checkin = Day{std::chrono::days{20000}}, .checkout = Day{std::chrono::days{20002}}};
  EXPECT_EQ(pms.rooms("")->front().id, "double");
  EXPECT_EQ(pms.availability(stay, "")->front().total.minor, 20000);
  EXPECT_EQ(pms.find_by_reference("R-1", "")->size(), 1U);
  EXPECT_TRUE(pms.find_by_reference("NOTHING", "")->empty());
  EXPECT_EQ(pms.get("NONE", "").error().code, Code::kNotFound);
  EXPECT_TRUE(pms.change({.booking_id = "B-1"}, ""));
  EXPECT_TRUE(pms.cancel("B-1", "guest asked", ""));
  EXPECT_TRUE(pms.set_stay_status("B-1", StayStatus::kInHouse, ""));
  const auto changes = pms.changes_since("", 3, "");
  EXPECT_EQ(changes->bookings.size(), 3U);
  EXPECT_EQ(changes->next_cursor, "42");
  EXPECT_EQ(pms.health("").error().text, "closed for lunch");
  EXPECT_EQ(pms.book({.reference = "FULL"}, "").error().code, Code::kConflict);
  EXPECT_EQ(pms.availability({}, "").error().code, Code::kInvalid);
}

TEST_F(PmsTest, GarbageIsADefectWhenReadAndDoubtWhenWritten) {
  auto& pms = ledger();
  for (const auto* garbage : {"STATUS", "SHORT", "NULLTEXT", "HUGETEXT", "UTF8", "STATE", "NOID", "CURRENCY", "TWICE",
                              "NULLRECORD", "NOTHING"}) {
    const auto read = pms.get(garbage, "");
    ASSERT_FALSE(read) << garbage;
    EXPECT_EQ(read.error().code, Code::kInternal) << garbage;
    EXPECT_FALSE(read.error().text.empty());
    const auto booked = pms.book({.reference = garbage}, "");
    ASSERT_FALSE(booked) << garbage;
    EXPECT_EQ(booked.error().code, Code::kUnknownOutcome) << garbage << ": there may be a booking now";
  }
  EXPECT_EQ(pms.availability({.checkout = Day{std::chrono::days{1}}, .room_type = "negative"}, "").error().code,
            Code::kInternal);
  EXPECT_EQ(pms.availability({.checkout = Day{std::chrono::days{1}}, .room_type = "huge"}, "").error().code,
            Code::kInternal);
}

// ---- life and end ----

TEST_F(PluginHostTest, InstancesOfOneFileShareItsImage) {
  channel("porter");
  ASSERT_TRUE(host->start(channel_config("porter", "second")));
  EXPECT_EQ(status().resident_images, 1);
}

TEST_F(PluginHostTest, AHotPluginLeavesTheProcess) {
  channel("porter");
  host->stop(Millis{1000});
  EXPECT_EQ(status().state, "stopped");
  EXPECT_EQ(status().resident_images, 0);
}

TEST_F(PluginHostTest, APinnedPluginStays) {
  EXPECT_TRUE(send(channel("threads"), "guest"));
  EXPECT_EQ(status().load_class, "pinned");
  EXPECT_THAT(status().reason, HasSubstr("pthread_key_create"));
  host->stop(Millis{1000});
  EXPECT_EQ(status().resident_images, 1);
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
  EXPECT_EQ(status().resident_images, 1);
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
  EXPECT_TRUE(is_mapped(copy));

  first->reset();
  EXPECT_TRUE(is_mapped(copy));
  second->reset();
  EXPECT_FALSE(is_mapped(copy));
  EXPECT_EQ(store.resident("porter"), 0);
}

}  // namespace
}  // namespace agente::plugins
