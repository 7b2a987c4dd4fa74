// A new version that takes the whole host with it gives way to the last good one.
#include <csignal>
#include <fstream>

#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

/// A host whose WhatsApp plugin has been the good version for its minute, stopped. Its digest.
std::string prepare_good_version(Stage& stage) {
  stage.start_simulator();
  stage.start_host();
  const auto good = stage.instance("whatsapp")["digest"].get<std::string>();
  EXPECT_EQ(stage.stop_host(), 0);
  std::filesystem::path record;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(stage.folder())) {
    if (entry.path().filename() == "whatsapp.json") record = entry.path();
  }
  auto known = nlohmann::json::parse(std::ifstream(record));
  EXPECT_EQ(known["trial"], good);
  known["good"] = known["trial"];  // the minute, spent by hand
  known["trial"] = "";
  std::ofstream(record) << known;
  return good;
}

void install(const Stage& stage, const std::string& version) {
  std::filesystem::copy_file(std::filesystem::path(AGENTE_VERSIONS) / (version + ".so"), stage.plugin_file("whatsapp"),
                             std::filesystem::copy_options::overwrite_existing);
}

void expect_the_good_version(Stage& stage, const std::string& digest) {
  stage.start_host();
  EXPECT_EQ(stage.instance("whatsapp")["version"], "0.1.0");
  EXPECT_EQ(stage.instance("whatsapp")["digest"], digest);
  EXPECT_THAT(stage.host_log(), ::testing::HasSubstr("a new version is given up"));
}

TEST(LastGood, ComesBackAfterTheHostDiedThreeTimesOfTheNewVersion) {
  Stage stage({.own_plugins = true});
  const auto good = prepare_good_version(stage);
  install(stage, "whatsapp-next");
  for (int death = 0; death < 3; ++death) {
    stage.start_host();
    EXPECT_EQ(stage.instance("whatsapp")["version"], "0.2.0");
    stage.kill_host();
  }
  expect_the_good_version(stage, good);
  EXPECT_EQ(stage.guest_writes("34600000001", "hola", "wamid.1"), 200);

  stage.agentctl({"plugin", "reload", "whatsapp"});
  EXPECT_EQ(stage.instance("whatsapp")["version"], "0.2.0") << "an operator may insist";
}

class Deadly : public testing::TestWithParam<std::string> {};

TEST_P(Deadly, APluginThatTakesTheHostWithItGivesWayToTheLastGoodVersionAndTheMessageIsTaken) {
  Stage stage({.own_plugins = true});
  const auto good = prepare_good_version(stage);
  install(stage, "whatsapp-deadly");
  for (int death = 0; death < 3; ++death) {
    stage.start_host();
    EXPECT_EQ(stage.guest_writes("34600000001", GetParam(), "wamid.1"), 0) << "not acknowledged";
    EXPECT_NE(stage.wait_for_host_to_end(), 0);
  }
  expect_the_good_version(stage, good);
  EXPECT_EQ(stage.guest_writes("34600000001", GetParam(), "wamid.1"), 200);
  EXPECT_TRUE(eventually([&] { return stage.texts_to("34600000001").size() == 1; }));
}

INSTANTIATE_TEST_SUITE_P(InProcess, Deadly, testing::Values("null", "exit"),
                         [](const auto& word) { return word.param; });

}  // namespace
}  // namespace agente::e2e
