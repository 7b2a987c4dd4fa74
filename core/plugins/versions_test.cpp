#include "plugins/versions.hpp"

#include <fstream>

#include <gmock/gmock.h>

#include "plugins/host_test_fixture.hpp"

// Which version is good: what is remembered when the host dies of a new one.
namespace agente::plugins {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;  // NOLINT

/// As long as a real one.
std::string digest(std::string word) {
  word.resize(64, '0');
  return word;
}

struct VersionsTest : testing::Test {
  TemporaryFolder state;
  ManualClock clock{Time{Millis{1'789'000'000'000}}};

  /// A process of the host: what it does, and whether it ends in order.
  template <class Work>
  void life(Work&& work, bool in_order = false) {
    Versions versions(state.path(), clock);
    work(versions);
    if (in_order) versions.stopped();
  }
  [[nodiscard]] std::filesystem::path copy_of(const std::string& version) const {
    return kept_copy(state.path(), "porter", digest(version));
  }
  void prove(const std::string& version) {
    life(
        [&](Versions& versions) {
          std::ofstream(copy_of(version)) << version;
          versions.went_live("porter", digest(version));
          clock.advance(61s);
          versions.settle();
        },
        true);
  }
  void die_with(const std::string& version) {
    life([&](Versions& versions) { versions.went_live("porter", digest(version)); });
  }
  bool is_bad(const std::string& version) {
    Versions versions(state.path(), clock);
    return versions.instead_of("porter", digest(version)).has_value();
  }
};

TEST_F(VersionsTest, AfterThreeDeathsWithinAMinuteTheLastGoodOneComesBack) {
  prove("good");
  die_with("new");
  EXPECT_FALSE(is_bad("new"));
  die_with("new");
  EXPECT_FALSE(is_bad("new"));
  die_with("new");
  Versions versions(state.path(), clock);
  EXPECT_EQ(versions.instead_of("porter", digest("new")), copy_of("good"));
  EXPECT_FALSE(versions.instead_of("porter", digest("newer"))) << "another file gets its own trial";
  EXPECT_FALSE(versions.instead_of("bell", digest("new")));
}

TEST_F(VersionsTest, DeathsFarApartAreNotTheVersionsFault) {
  prove("good");
  for (int i = 0; i < 6; ++i) {
    die_with("new");
    clock.advance(40s);
    EXPECT_FALSE(is_bad("new"));
  }
}

TEST_F(VersionsTest, AnOrderlyEndIsNoDeath) {
  prove("good");
  for (int i = 0; i < 6; ++i) {
    life([&](Versions& versions) { versions.went_live("porter", digest("new")); }, true);
  }
  EXPECT_FALSE(is_bad("new"));
}

TEST_F(VersionsTest, AVersionThatLivedAMinuteIsGoodAndItsPredecessorIsForgotten) {
  prove("good");
  prove("new");
  EXPECT_FALSE(std::filesystem::exists(copy_of("good")));
  EXPECT_TRUE(std::filesystem::exists(copy_of("new")));
  for (int i = 0; i < 3; ++i) die_with("new");
  EXPECT_FALSE(is_bad("new")) << "it is the good one: something else kills the host";
}

TEST_F(VersionsTest, OnlyTheGoodOneAndTheOneOnTrialTakeUpSpace) {
  prove("good");
  life([&](Versions& versions) {
    for (const auto* version : {"second", "third", "fourth"}) {
      std::ofstream(copy_of(version)) << version;
      versions.went_live("porter", digest(version));
    }
  });
  EXPECT_TRUE(std::filesystem::exists(copy_of("good")));
  EXPECT_FALSE(std::filesystem::exists(copy_of("second")));
  EXPECT_FALSE(std::filesystem::exists(copy_of("third")));
  EXPECT_TRUE(std::filesystem::exists(copy_of("fourth")));
}

TEST_F(VersionsTest, WithoutAGoodOneThereIsNothingToGoBackTo) {
  for (int i = 0; i < 5; ++i) die_with("first");
  EXPECT_FALSE(is_bad("first"));
}

TEST_F(VersionsTest, AnOperatorMayTryABadOneAgain) {
  prove("good");
  for (int i = 0; i < 3; ++i) die_with("new");
  ASSERT_TRUE(is_bad("new"));
  life([&](Versions& versions) { versions.went_live("porter", digest("new")); }, true);
  EXPECT_FALSE(is_bad("new"));
}

TEST_F(VersionsTest, ADamagedRecordIsAsIfThereWereNone) {
  prove("good");
  for (const auto* text : {"", "{", "[]", R"({"good": 7})", "{\"good\":\"a\",\"trial\":\"b\",\"bad\":\"c\"}"}) {
    std::ofstream(state.path() / "versions" / "porter.json") << text;
    EXPECT_FALSE(is_bad("c")) << text;
  }
}

TEST_F(VersionsTest, AClockThatJumpsBackDoesNotHideDeaths) {
  prove("good");
  die_with("new");
  clock.set(clock.now() - 5s);
  die_with("new");
  die_with("new");
  EXPECT_TRUE(is_bad("new"));
}

// ---- in a host ----

TEST(LastGoodVersion, IsStartedInPlaceOfOneThatKeepsKillingTheHost) {
  TestHouse house;
  const auto folder = house.state.path() / "plugins";
  std::filesystem::create_directory(folder);
  auto options = house.options();
  options.search = {folder};
  const auto install = [&](const std::string& version) {
    std::filesystem::copy_file(std::filesystem::path(TEST_PLUGINS) / (version + ".so"), folder / "porter.so",
                               std::filesystem::copy_options::overwrite_existing);
  };
  const auto version_of_start = [&] {
    PluginHost host(options, house.services());
    EXPECT_TRUE(host.start(channel_config("porter")));
    return host.list().at(0).version;
  };
  install("porter");
  {
    PluginHost host(options, house.services());
    ASSERT_TRUE(host.start(channel_config("porter")));
    house.clock.advance(61s);
    host.look_at_files();
  }
  install("porter-v2");
  EXPECT_EQ(version_of_start(), "2.0.0");
  const auto new_one = [&] {
    PluginHost host(options, house.services());
    EXPECT_TRUE(host.start(channel_config("porter")));
    return host.list().at(0).digest;
  }();
  for (int i = 0; i < 3; ++i) Versions(house.state.path(), house.clock).went_live("porter", new_one);  // and dies

  EXPECT_EQ(version_of_start(), "1.2.3");
  EXPECT_EQ(version_of_start(), "1.2.3") << "until another file comes";
  install("porter-v3");
  EXPECT_EQ(version_of_start(), "3.0.0");
}

}  // namespace
}  // namespace agente::plugins
