#include <atomic>
#include <fstream>
#include <future>

#include <gmock/gmock.h>

#include "plugins/serial_turn.hpp"
#include "plugins/upgrade_fixture.hpp"

// A live instance gets a new version: from another file, another config, or not at all.
namespace agente::plugins {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST_F(UpgradeTest, TheNextCallMeetsTheNewVersionAndTheOldOneLeaves) {
  auto& bell = start();
  EXPECT_EQ(*send(bell, "version"), "1.2.3");
  install("porter-v2");

  ASSERT_TRUE(host->reload("bell"));
  EXPECT_EQ(*send(bell, "version"), "2.0.0");
  EXPECT_EQ(status().version, "2.0.0");
  EXPECT_EQ(status().generation, 2);
  EXPECT_EQ(status().last.outcome, "live");
  EXPECT_EQ(status().last.version, "2.0.0");
  wait_for([&] { return status().resident_images == 1; });
  EXPECT_THAT(house.metrics.text(), HasSubstr("plugin_reloads_total{outcome=\"ok\",plugin=\"porter\"} 1"));
  EXPECT_THAT(house.metrics.text(), HasSubstr("plugin_generation{instance=\"bell\",plugin=\"porter\"} 2"));
  EXPECT_THAT(house.metrics.text(), HasSubstr("plugin_swap_seconds_count{plugin=\"porter\"} 1"));
}

TEST_F(UpgradeTest, AReloadOfTheSameFileMakesANewObject) {
  start();
  ASSERT_TRUE(host->reload("bell"));
  EXPECT_EQ(status().generation, 2);
  EXPECT_EQ(status().resident_images, 1);
}

TEST_F(UpgradeTest, NobodyKnowsAnInstanceThatIsNotConfigured) {
  start();
  const auto done = host->reload("gong");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kNotFound);
}

// ---- what fails leaves the old one untouched ----

TEST_F(UpgradeTest, AVersionThatFailsWhereTheLiveOneWorksIsRolledBack) {
  auto& bell = start();
  install("porter-sick");
  EXPECT_THAT(reason_of_reload(), AllOf(HasSubstr("desk"), HasSubstr("it has no legs")));
  EXPECT_EQ(*send(bell, "version"), "1.2.3");
  EXPECT_EQ(status().generation, 1);
  EXPECT_EQ(status().state, "live");
  EXPECT_EQ(status().last.outcome, "rolled back");
  EXPECT_EQ(status().last.version, "4.0.0");
  EXPECT_THAT(status().last.reason, HasSubstr("it has no legs"));
  wait_for([&] { return status().resident_images == 1; });
  EXPECT_THAT(house.metrics.text(), HasSubstr("plugin_reloads_total{outcome=\"rolled_back\",plugin=\"porter\"} 1"));
}

TEST_F(UpgradeTest, AStageThatFailsForBothIsNoReasonToStay) {
  auto& bell = start("porter-sick");
  install("porter-v2");  // its bell does not ring either
  EXPECT_TRUE(host->reload("bell"));
  EXPECT_EQ(*send(bell, "version"), "2.0.0");
}

TEST_F(UpgradeTest, AVersionWhoseSelfTestHangsIsGivenUpAndTheHostGoesOn) {
  auto& bell = start();
  install("porter-hangs");
  auto impatient = channel_config("porter");
  impatient.deadline = Millis{20};
  const auto done = host->change(impatient);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kTimeout);
  EXPECT_EQ(*send(bell, "version"), "1.2.3");
  install("porter-v2");
  EXPECT_TRUE(host->reload("bell")) << "one that hangs does not hold up the next";
}

TEST_F(UpgradeTest, ARefusedFileIsToldApartFromOneThatFailed) {
  auto& bell = start();
  std::ofstream(file, std::ios::binary | std::ios::trunc) << "\x7f"
                                                          << "ELF, but not for long";
  EXPECT_THAT(reason_of_reload(), HasSubstr("not"));
  EXPECT_EQ(status().last.outcome, "refused");
  EXPECT_EQ(*send(bell, "version"), "1.2.3");
  std::filesystem::remove_all(folder);
  EXPECT_THAT(reason_of_reload(), HasSubstr("there is no plugin porter"));
  EXPECT_EQ(*send(bell, "version"), "1.2.3");
  EXPECT_THAT(house.metrics.text(), HasSubstr("plugin_reloads_total{outcome=\"refused\",plugin=\"porter\"} 2"));
}

TEST_F(UpgradeTest, AConfigThatThePluginRefusesChangesNothing) {
  auto& bell = start();
  auto bad = channel_config("porter");
  bad.config = R"({"refuse": true})";
  EXPECT_EQ(host->change(bad).error().text, "refuse: must not be set");
  EXPECT_EQ(status().state, "live");
  EXPECT_EQ(*send(bell, "config"), "{}") << "the live generation keeps its config";
  auto unreadable = channel_config("porter");
  unreadable.problems = {"config: token: is required"};
  EXPECT_EQ(host->change(unreadable).error().text, "config: token: is required");
}

TEST_F(UpgradeTest, ANewFileIsJudgedWithTheConfigAsItsSchemaSeesIt) {
  options.config_for = [](const std::string&) -> Result<config::InstanceConfig> {
    auto unfit = channel_config("porter");
    unfit.problems = {"config: colour: is required since version 2"};
    return unfit;
  };
  auto& bell = start();
  install("porter-v2");
  EXPECT_THAT(reason_of_reload(), HasSubstr("colour: is required"));
  EXPECT_EQ(*send(bell, "version"), "1.2.3");
}

// ---- another config ----

TEST_F(UpgradeTest, AnotherConfigMakesANewGenerationOfTheSameImage) {
  auto& bell = start();
  config.config = R"({"colour": "red"})";
  ASSERT_TRUE(host->change(config));
  EXPECT_THAT(*send(bell, "config"), HasSubstr("red"));
  EXPECT_EQ(status().generation, 2);
  EXPECT_EQ(status().resident_images, 1);
}

TEST_F(UpgradeTest, AnInstanceMayChangeItsPlugin) {
  auto& bell = start();
  std::filesystem::copy_file(std::filesystem::path(TEST_PLUGINS) / "deaf.so", folder / "deaf.so");
  ASSERT_TRUE(host->change(channel_config("deaf")));
  EXPECT_EQ(status().plugin, "deaf");
  Staged staged;
  EXPECT_EQ(bell.on_http({.method = "GET"}, staged, "").error().code, Code::kUnsupported);
  EXPECT_EQ(*send(bell, "guest"), "id-of-k1");
}

TEST_F(UpgradeTest, ARemovedInstanceIsGoneAndMayComeBack) {
  auto& bell = start();
  host->remove("bell");
  EXPECT_EQ(host->channel("bell"), nullptr);
  EXPECT_TRUE(host->list().empty());
  EXPECT_EQ(send(bell, "guest").error().code, Code::kRetry) << "who holds it is told to wait";
  EXPECT_TRUE(host->start(channel_config("porter")));
  EXPECT_TRUE(send(bell, "guest"));
}

// ---- files that change ----

TEST_F(UpgradeTest, AFileIsTakenUpOnceItHasComeToRest) {
  auto& bell = start();
  host->look_at_files();
  install("porter-v2");
  host->look_at_files();
  EXPECT_EQ(*send(bell, "version"), "1.2.3") << "it may still be written";
  host->look_at_files();
  EXPECT_EQ(*send(bell, "version"), "2.0.0");
}

TEST_F(UpgradeTest, AFileWrittenInPlaceByHalvesIsTakenUpWhenItIsWhole) {
  auto& bell = start();
  std::ifstream in(std::filesystem::path(TEST_PLUGINS) / "porter-v2.so", std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << whole.substr(0, whole.size() / 2) << std::flush;
  look_until_at_rest();
  EXPECT_EQ(*send(bell, "version"), "1.2.3");
  EXPECT_EQ(status().last.outcome, "refused");
  EXPECT_THAT(status().last.reason, HasSubstr("cut short"));
  out << whole.substr(whole.size() / 2) << std::flush;
  look_until_at_rest();
  EXPECT_EQ(*send(bell, "version"), "2.0.0");
}

TEST_F(UpgradeTest, TheSameBytesUnderANewDateAreNoNewVersion) {
  start();
  install("porter");
  look_until_at_rest();
  EXPECT_EQ(status().generation, 1);
  EXPECT_EQ(status().last.outcome, "unchanged");
}

TEST_F(UpgradeTest, AFolderThatVanishesAndComesBackIsTakenUp) {
  auto& bell = start();
  std::filesystem::remove_all(folder);
  look_until_at_rest();
  EXPECT_EQ(*send(bell, "version"), "1.2.3");
  EXPECT_EQ(status().state, "live");
  install("porter-v3");
  look_until_at_rest();
  EXPECT_EQ(*send(bell, "version"), "3.0.0");
}

TEST_F(UpgradeTest, AnInstanceThatFailedForWantOfAFileStartsWhenItComes) {
  std::filesystem::create_directories(folder);
  host = std::make_unique<PluginHost>(options, house.services());
  ASSERT_FALSE(host->start(channel_config("porter")));
  install("porter");
  look_until_at_rest();
  EXPECT_EQ(status().state, "live");
  EXPECT_TRUE(send(*host->channel("bell"), "guest"));
}

TEST_F(UpgradeTest, ABadFileIsTriedOnceAndNotAgainUntilItChanges) {
  start();
  install("porter-sick");
  look_until_at_rest();
  look_until_at_rest();
  EXPECT_THAT(house.metrics.text(), HasSubstr("plugin_reloads_total{outcome=\"rolled_back\",plugin=\"porter\"} 1"));
}

// ---- under traffic ----

TEST_F(UpgradeTest, NoCallIsRefusedWhileVersionsFollowEachOther) {
  auto& bell = start();
  std::atomic<bool> over{false};
  std::atomic<int> served{0};
  std::vector<std::jthread> guests;
  for (int i = 0; i < 4; ++i) {
    guests.emplace_back([&] {
      while (!over) {
        const auto sent = send(bell, "guest");
        EXPECT_TRUE(sent) << sent.error().text;
        Staged staged;
        EXPECT_TRUE(post(bell, "200 100 34600 hola", staged));
        EXPECT_EQ(staged.messages.size(), 1U);
        ++served;
      }
    });
  }
  constexpr int kUpgrades = 30;
  for (int i = 0; i < kUpgrades; ++i) {
    install(i % 10 == 9 ? "porter-sick" : (i % 2 == 0 ? "porter-v2" : "porter-v3"));
    EXPECT_EQ(static_cast<bool>(host->reload("bell")), i % 10 != 9);
    const auto before = served.load();
    wait_for([&] { return served > before; });
  }
  over = true;
  guests.clear();
  wait_for([&] { return status().resident_images == 1; });
  EXPECT_EQ(status().generation, 1 + kUpgrades - kUpgrades / 10);
}

TEST_F(SlowUpgradeTest, ACallUnderWayEndsInTheOldVersion) {
  auto& bell = start();
  enter(bell);
  install("porter-v2");
  ASSERT_TRUE(host->reload("bell"));
  EXPECT_EQ(*send(bell, "version"), "2.0.0") << "nobody waits for the slow call";
  EXPECT_EQ(status().resident_images, 2);
  open();
  EXPECT_TRUE(call.get());
  wait_for([&] { return status().resident_images == 1; });
}

TEST_F(SlowUpgradeTest, AGenerationThatNeverEndsIsCountedAndLeftAlone) {
  options.drain = Millis{20};
  config.deadline = Millis{1000};
  auto& bell = start();
  enter(bell);
  install("porter-v2");
  ASSERT_TRUE(host->reload("bell"));
  wait_for([&] { return status().stuck == 1; });
  EXPECT_EQ(status().resident_images, 2);
  EXPECT_THAT(house.metrics.text(), HasSubstr("plugin_stuck_generations{instance=\"bell\",plugin=\"porter\"} 1"));
  EXPECT_EQ(*send(bell, "version"), "2.0.0");
  open();
  EXPECT_TRUE(call.get()) << "its code is still there to return into";
}

TEST_F(UpgradeTest, TheNewVersionGoesOnPolling) {
  start("porter-polls");
  install("porter-polls");
  ASSERT_TRUE(host->reload("bell"));
  wait_for([&] {
    house.clock.advance(Millis{100});
    return house.inbox.count() >= 1;
  });
}

TEST(SerialTurn, IsGivenToOneAtATimeAcrossGenerations) {
  SerialTurn turn;
  const auto never = [] { return false; };
  const auto long_time = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  const auto old_one = turn.take(long_time, never);
  ASSERT_NE(old_one, 0U);
  EXPECT_EQ(turn.take(std::chrono::steady_clock::now(), never), 0U) << "its deadline passes first";
  auto new_one = std::async(std::launch::async, [&] { return turn.take(long_time, never); });
  turn.give_back(old_one);
  const auto ticket = new_one.get();
  EXPECT_NE(ticket, 0U);
  turn.give_back(old_one);  // late, and not his any more
  EXPECT_EQ(turn.take(std::chrono::steady_clock::now(), never), 0U);
  turn.give_back(ticket);
  EXPECT_NE(turn.take(long_time, never), 0U);
}

TEST(SerialTurn, WhoWaitsForNothingAnyMoreIsSentAway) {
  SerialTurn turn;
  std::atomic<bool> ending{false};
  const auto long_time = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  ASSERT_NE(turn.take(long_time, [] { return false; }), 0U);
  auto waiting = std::async(std::launch::async, [&] { return turn.take(long_time, [&] { return ending.load(); }); });
  ending = true;
  turn.wake();
  EXPECT_EQ(waiting.get(), 0U);
}

// ---- what may be loaded ----

TEST_F(UpgradeTest, OnlyWhatTheLockFileListsIsLoaded) {
  install("porter");
  const auto lock = house.state.path() / "plugins.lock";
  options.lock = lock;
  host = std::make_unique<PluginHost>(options, house.services());
  EXPECT_THAT(host->start(channel_config("porter")).error().text, HasSubstr("cannot be read, so no plugin"));
  std::ofstream(lock) << "# nothing yet\n";
  const auto unlisted = host->start(channel_config("porter")).error().text;
  EXPECT_THAT(unlisted, HasSubstr("porter.so is not listed in plugins.lock"));
  const auto line = unlisted.substr(unlisted.find('`') + 1, unlisted.rfind('`') - unlisted.find('`') - 1);
  std::ofstream(lock) << line << "\n";
  EXPECT_TRUE(host->start(channel_config("porter")));

  install("porter-v2");
  EXPECT_THAT(host->reload("bell").error().text, HasSubstr("is not the file that plugins.lock lists"));
  EXPECT_EQ(status().version, "1.2.3");
}

}  // namespace
}  // namespace agente::plugins
