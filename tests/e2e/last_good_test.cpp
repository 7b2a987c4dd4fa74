// A new version that takes the whole host with it gives way to the last good one.
#include <csignal>
#include <fstream>

#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

TEST(LastGood, ComesBackAfterTheHostDiedThreeTimesOfTheNewVersion) {
  Stage stage({.own_plugins = true});
  stage.start_simulator();
  stage.start_host();
  const auto good = stage.instance("whatsapp")["digest"];
  EXPECT_EQ(stage.stop_host(), 0);
  // The minute that a version must live to be the good one, spent by hand.
  std::filesystem::path record;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(stage.folder())) {
    if (entry.path().filename() == "whatsapp.json") record = entry.path();
  }
  ASSERT_FALSE(record.empty());
  auto known = nlohmann::json::parse(std::ifstream(record));
  ASSERT_EQ(known["trial"], good);
  known["good"] = known["trial"];
  known["trial"] = "";
  std::ofstream(record) << known;

  std::filesystem::copy_file(std::filesystem::path(AGENTE_VERSIONS) / "whatsapp-next.so", stage.plugin_file("whatsapp"),
                             std::filesystem::copy_options::overwrite_existing);
  for (int death = 0; death < 3; ++death) {
    stage.start_host();
    EXPECT_EQ(stage.instance("whatsapp")["version"], "0.2.0");
    stage.kill_host();
  }
  stage.start_host();
  EXPECT_EQ(stage.instance("whatsapp")["version"], "0.1.0");
  EXPECT_EQ(stage.instance("whatsapp")["digest"], good);
  EXPECT_THAT(stage.host_log(), ::testing::HasSubstr("a new version is given up"));
  EXPECT_EQ(stage.guest_writes("34600000001", "hola", "wamid.1"), 200);

  stage.agentctl({"plugin", "reload", "whatsapp"});
  EXPECT_EQ(stage.instance("whatsapp")["version"], "0.2.0") << "an operator may insist";
}

}  // namespace
}  // namespace agente::e2e
