#include <fstream>
#include <future>

#include <gmock/gmock.h>

#include "plugins/admission/unload.hpp"
#include "plugins/library.hpp"
#include "plugins/upgrade_fixture.hpp"
#include "plugins/versions.hpp"

// Upgrades of plugins that hang or go astray, and an end that does not wait for them.
namespace agente::plugins {
namespace {

using testing::HasSubstr;

std::chrono::steady_clock::time_point in(Millis limit) { return std::chrono::steady_clock::now() + limit; }

/// Copies of plugins that are kept for going back.
int kept_in(const std::filesystem::path& state) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(state / "versions")) {
    count += entry.path().extension() == ".so" ? 1 : 0;
  }
  return count;
}

struct TroubleTest : SlowUpgradeTest {
  void bring(const std::string& plugin) const {
    std::filesystem::create_directories(folder);
    std::filesystem::copy_file(std::filesystem::path(TEST_PLUGINS) / (plugin + ".so"), folder / (plugin + ".so"));
  }
  /// An instance of the plugin that does what its config says.
  config::InstanceConfig villain(const std::string& misdeed, const std::string& id = "rogue") const {
    auto with = channel_config("villain", id);
    with.config = R"({")" + misdeed + R"(": true})";
    with.deadline = Millis{1000};
    return with;
  }
  [[nodiscard]] InstanceStatus status_of(const std::string& id) const {
    for (const auto& row : host->list()) {
      if (row.instance == id) return row;
    }
    return {};
  }
  [[nodiscard]] bool tells(const std::string& sample) { return house.metrics.text().find(sample) != std::string::npos; }
};

// ---- what hangs holds up nobody else ----

TEST_F(TroubleTest, AVersionThatHangsWhileItIsDestroyedIsStuckAndOthersLeave) {
  options.drain = Millis{20};
  bring("villain");
  auto& bell = start();
  ASSERT_TRUE(host->start(villain("hang-in-destroy")));
  ASSERT_TRUE(host->change(villain("none")));
  install("porter-v2");
  ASSERT_TRUE(host->reload("bell"));
  wait_for([&] { return status_of("bell").resident_images == 1; });
  EXPECT_EQ(*send(bell, "version"), "2.0.0");
  EXPECT_EQ(status_of("rogue").stuck, 1);
  EXPECT_TRUE(tells("plugin_stuck_generations{instance=\"rogue\",plugin=\"villain\"} 1"));
}

TEST_F(TroubleTest, TheHostEndsAlthoughAPluginHangsWhileItIsDestroyed) {
  bring("villain");
  start();
  ASSERT_TRUE(host->start(villain("hang-in-destroy")));
  ASSERT_TRUE(host->start(villain("hang-in-destroy", "second")));
  ASSERT_TRUE(host->change(villain("none", "second")));  // the first of it is with those who retire
  const auto limit = in(Millis{30'000});
  host->stop(Millis{100});
  EXPECT_EQ(status_of("rogue").state, "stuck");
  EXPECT_EQ(status_of("bell").state, "stopped");
  host.reset();
  EXPECT_LT(std::chrono::steady_clock::now(), limit);
}

TEST_F(TroubleTest, AnEntryThatHangsDoesNotKeepOthersFromBeingOpened) {
  auto& bell = start();
  install("porter-stops");
  config.deadline = Millis{100};
  EXPECT_EQ(host->change(config).error().code, Code::kTimeout);
  EXPECT_EQ(status().last.outcome, "rolled back") << "its code ran";
  install("porter-v2");
  ASSERT_TRUE(host->reload("bell"));
  EXPECT_EQ(*send(bell, "version"), "2.0.0");
}

TEST_F(TroubleTest, AVersionThatHangsInItsSelfTestIsToldWithItsNumber) {
  start();
  install("porter-hangs");
  config.deadline = Millis{500};
  EXPECT_FALSE(host->change(config));
  EXPECT_EQ(status().last.outcome, "rolled back");
  EXPECT_EQ(status().last.version, "5.0.0");
}

TEST_F(TroubleTest, PollsThatHangDoNotUseUpTheThreadsOfOthers) {
  options.drain = Millis{20};
  bring("villain");
  start("porter-polls");
  const std::vector<std::string> rogues = {"r1", "r2", "r3", "r4"};  // as many as there are threads
  for (const auto& id : rogues) ASSERT_TRUE(host->start(villain("hang-in-poll", id)));
  for (const auto& id : rogues) {
    house.clock.advance(Millis{1});
    wait_for([&] { return status_of(id).in_flight == 1; });
    ASSERT_TRUE(host->change(villain("none", id)));
  }
  wait_for([&] {
    house.clock.advance(Millis{1000});
    return house.inbox.count() >= 2;
  });
}

// ---- the end of the host ----

TEST_F(TroubleTest, TheEndGivesUpAChangeUnderWay) {
  start();
  install("porter-hangs");
  auto changed = std::async(std::launch::async, [&] { return host->reload("bell"); });
  wait_for([&] { return kept_in(house.state.path()) == 2; });  // it has been opened
  const auto limit = in(3 * config.deadline);
  host->stop(Millis{200});
  EXPECT_EQ(changed.get().error().code, Code::kCancelled);
  EXPECT_LT(std::chrono::steady_clock::now(), limit);
  EXPECT_EQ(host->start(channel_config("porter", "late")).error().code, Code::kCancelled);
}

TEST_F(TroubleTest, TheEndIsOrderlyFromItsFirstMoment) {
  auto& bell = start();
  const auto record = [&] {
    std::ifstream in(house.state.path() / "versions" / "porter.json");
    return std::string{std::istreambuf_iterator<char>(in), {}};
  };
  EXPECT_THAT(record(), HasSubstr("\"running\":true"));
  enter(bell);
  auto stopped = std::async(std::launch::async, [&] { host->stop(Millis{60'000}); });
  wait_for([&] { return status().state == "draining"; });
  EXPECT_THAT(record(), HasSubstr("\"running\":false")) << "whoever ends the process now";
  open();
  stopped.get();
}

// ---- the serial turn ----

/// Looks, while it commits, whether the call is still under way.
struct WatchfulInbox final : Inbox {
  Result<void> commit(const std::string&, const Staged&) override {
    in_flight = host->list().at(0).in_flight;
    return {};
  }
  std::unique_ptr<PluginHost>& host;
  std::atomic<int> in_flight{-1};

  explicit WatchfulInbox(std::unique_ptr<PluginHost>& of) : host(of) {}
};

struct CommitTest : UpgradeTest {
  WatchfulInbox inbox{host};

  ~CommitTest() override { host.reset(); }
  Channel& start_with(const std::string& version) {
    install(version);
    host = std::make_unique<PluginHost>(options, Services{house.clock, house.kv, inbox, house.metrics, *house.cache});
    EXPECT_TRUE(host->start(config));
    return *host->channel("bell");
  }
  int in_flight_at_commit() {
    wait_for([&] {
      house.clock.advance(Millis{1000});
      return inbox.in_flight >= 0;
    });
    return inbox.in_flight;
  }
};

TEST_F(CommitTest, WhatAPollStagedIsDurableBeforeTheNextMayBegin) {
  start_with("porter-polls");
  EXPECT_EQ(in_flight_at_commit(), 1);
}

TEST_F(CommitTest, WhatATimerStagedIsDurableBeforeTheNextMayBegin) {
  ASSERT_TRUE(send(start_with("porter"), "timer"));
  EXPECT_EQ(in_flight_at_commit(), 1);
}

// ---- what is left behind ----

TEST_F(TroubleTest, AnInstanceThatBecomesAnotherKindEndsAsTheOldOne) {
  bring("ledger");
  auto& bell = start("porter-polls");
  auto pms = pms_config("ledger");
  pms.id = "bell";
  ASSERT_TRUE(host->change(pms));
  EXPECT_EQ(send(bell, "guest").error().code, Code::kRetry);
  wait_for([&] { return tells("plugin_resident_images{plugin=\"porter\"} 0"); });
  EXPECT_TRUE(tells("plugin_generation{instance=\"bell\",plugin=\"porter\"} 0"));
  EXPECT_NE(host->pms("bell"), nullptr);
}

TEST_F(TroubleTest, TheSeriesOfAPluginThatIsUsedNoMoreSaySo) {
  bring("deaf");
  start();
  ASSERT_TRUE(host->change(channel_config("deaf")));
  EXPECT_TRUE(tells("plugin_generation{instance=\"bell\",plugin=\"porter\"} 0"));
  EXPECT_TRUE(tells("plugin_generation{instance=\"bell\",plugin=\"deaf\"} 2"));
  wait_for([&] { return tells("plugin_resident_images{plugin=\"porter\"} 0"); });
}

TEST_F(TroubleTest, AnUpgradeThatFailsLeavesNoCopy) {
  start();
  ASSERT_EQ(kept_in(house.state.path()), 1);
  install("porter-sick");
  EXPECT_FALSE(host->reload("bell"));
  EXPECT_EQ(kept_in(house.state.path()), 1);
}

TEST_F(TroubleTest, APluginInAProcessOfItsOwnIsNotKept) {
  config.isolation = config::Isolation::kProcess;
  start();
  EXPECT_EQ(kept_in(house.state.path()), 0) << "it cannot kill the host, so nobody goes back";
}

TEST(ImageStore, KeepsACopyOfWhatIsOpenAlready) {
  const TemporaryFolder state;
  ImageStore images(state.path());
  const auto file = std::filesystem::path(TEST_PLUGINS) / "porter.so";
  const auto first = images.open(file, Kind::kChannel);
  ASSERT_TRUE(first);
  const auto kept = kept_copy(state.path(), "porter", (*first)->identity().digest);
  ASSERT_TRUE(std::filesystem::remove(kept)) << "as when another version became the good one";
  const auto again = images.open(file, Kind::kChannel);
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, *first);
  EXPECT_EQ(ImageStore::digest_of(kept), (*first)->identity().digest);
}

TEST(ImageStore, SeesAnImageThatStaysAlsoWhereAFolderIsASymlink) {
  const TemporaryFolder state;
  const auto link = state.path() / "link";
  std::filesystem::create_directory(state.path() / "real");
  std::filesystem::create_directory_symlink(state.path() / "real", link);
  ImageStore images(link);
  const auto image = images.open(std::filesystem::path(TEST_PLUGINS) / "porter.so", Kind::kChannel);
  ASSERT_TRUE(image);
  EXPECT_TRUE(is_mapped((*image)->copy())) << "the kernel tells the real path";
}

}  // namespace
}  // namespace agente::plugins
