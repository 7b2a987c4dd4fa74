// What an operator changes while the host runs: plugin files, good and bad, and the YAML.
#include <csignal>
#include <fstream>

#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

constexpr auto kOver = fs::copy_options::overwrite_existing;

fs::path version(const std::string& name) { return fs::path(AGENTE_VERSIONS) / ("whatsapp-" + name + ".so"); }

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Upgrade : ::testing::Test {
  explicit Upgrade(bool watch = true) : stage({.own_plugins = true, .watch = watch}) {}

  Stage stage;
  fs::path file = stage.plugin_file("whatsapp");

  void SetUp() override {
    stage.start_simulator();
    stage.start_host();
    ASSERT_EQ(stage.instance("whatsapp")["version"], "0.1.0");
  }
  bool comes_live(const std::string& wanted) const {
    return eventually([&] {
      const auto row = stage.instance("whatsapp");
      return row["version"] == wanted && row["state"] == "live";
    });
  }
  bool tells(const std::string& word) const {
    return eventually([&] { return stage.host_log().find(word) != std::string::npos; });
  }
  void expect_guest_is_answered(const std::string& guest) {
    EXPECT_EQ(stage.guest_writes(guest, "hola", "wamid." + guest), 200);
    EXPECT_TRUE(eventually([&] { return stage.texts_to(guest).size() == 1; })) << guest;
  }
};

/// The host takes up a file only when it is told to: else it may be first.
struct UpgradeByHand : Upgrade {
  UpgradeByHand() : Upgrade(false) {}
};

TEST_F(UpgradeByHand, ReloadAnswersOnlyOnceTheNewVersionIsLive) {
  fs::copy_file(version("next"), stage.folder() / "next.so");
  fs::rename(stage.folder() / "next.so", file);
  EXPECT_THAT(stage.agentctl({"plugin", "reload", "whatsapp"}), HasSubstr("generation 2 is live, whatsapp 0.2.0"));
  EXPECT_EQ(stage.instance("whatsapp")["generation"], 2);
  expect_guest_is_answered("34600000001");
  EXPECT_TRUE(eventually([&] { return stage.instance("whatsapp")["resident_images"] == 1; }));
  EXPECT_TRUE(tells("a new generation is live"));
}

TEST_F(UpgradeByHand, AReloadThatFailsSaysWhyAndLeavesTheOldVersion) {
  fs::copy_file(version("sick"), file, kOver);
  stage.agentctl({"plugin", "reload", "whatsapp"}, "", 1);
  const auto row = stage.instance("whatsapp");
  EXPECT_EQ(row["version"], "0.1.0");
  EXPECT_EQ(row["last_change"]["outcome"], "rolled back");
  EXPECT_THAT(row["last_change"]["reason"].get<std::string>(), HasSubstr("no flux"));
  EXPECT_THAT(stage.agentctl({"plugin", "list"}), HasSubstr("rolled back 0.3.0"));
  EXPECT_THAT(stage.host("GET", "/metrics").body,
              HasSubstr("plugin_reloads_total{outcome=\"rolled_back\",plugin=\"whatsapp\"} 1"));
  stage.agentctl({"plugin", "reload", "telegram"}, "", 1);
  expect_guest_is_answered("34600000002");
}

TEST_F(Upgrade, AVersionWhoseSchemaRefusesTheYamlIsRefusedUntilTheYamlFits) {
  fs::copy_file(version("picky"), file, kOver);
  EXPECT_TRUE(eventually([&] { return stage.instance("whatsapp")["last_change"]["outcome"] == "refused"; }));
  EXPECT_THAT(stage.instance("whatsapp")["last_change"]["reason"].get<std::string>(), HasSubstr("flux"));
  expect_guest_is_answered("34600000003");
}

TEST_F(Upgrade, CopyingOverTheLoadedFileIsAnUpgrade) {
  fs::copy_file(version("next"), file, kOver);
  EXPECT_TRUE(comes_live("0.2.0"));
  expect_guest_is_answered("34600000004");
}

TEST_F(Upgrade, ATruncatedFileIsToldAndTheHostGoesOn) {
  fs::resize_file(file, fs::file_size(file) / 3);
  EXPECT_TRUE(eventually([&] { return stage.instance("whatsapp")["last_change"]["outcome"] == "refused"; }));
  EXPECT_TRUE(tells("an upgrade failed; the live generation goes on"));
  expect_guest_is_answered("34600000005");
}

TEST_F(Upgrade, AFileThatIsFinishedLaterIsTakenUpThen) {
  const auto whole = bytes_of(version("next"));
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << whole.substr(0, whole.size() / 2) << std::flush;
  EXPECT_TRUE(eventually([&] { return stage.instance("whatsapp")["last_change"]["outcome"] == "refused"; }));
  EXPECT_EQ(stage.instance("whatsapp")["version"], "0.1.0");
  out << whole.substr(whole.size() / 2) << std::flush;
  EXPECT_TRUE(comes_live("0.2.0"));
  expect_guest_is_answered("34600000006");
}

TEST_F(Upgrade, DeletingTheFolderChangesNothingAndItsReturnIsNoticed) {
  fs::remove_all(file.parent_path());
  EXPECT_TRUE(tells("a plugin's file is gone; what was loaded goes on"));
  expect_guest_is_answered("34600000007");
  fs::create_directory(file.parent_path());
  fs::copy_file(version("next"), file);
  EXPECT_TRUE(comes_live("0.2.0"));
}

// ---- a process of its own ----

TEST_F(Upgrade, APluginInAProcessOfItsOwnMayDieAndTheGuestsNeverNotice) {
  auto text = stage.config_text();
  const std::string deadline = "deadline_ms: 3000";
  text.replace(text.find(deadline), deadline.size(), deadline + "\n    isolation: process");
  stage.write_config_text(text);
  ASSERT_TRUE(eventually([&] { return stage.instance("whatsapp")["isolation"] == "process"; }));
  EXPECT_EQ(stage.instance("whatsapp")["generation"], 2);
  expect_guest_is_answered("34600000013");

  stage.kill_runners();
  EXPECT_TRUE(eventually([&] { return stage.instance("whatsapp")["crashes"] == 1; }));
  EXPECT_TRUE(eventually([&] { return stage.instance("whatsapp")["state"] == "live"; }));
  EXPECT_TRUE(tells("the process of a plugin ended"));
  EXPECT_THAT(stage.host("GET", "/metrics").body,
              HasSubstr("plugin_crashes_total{instance=\"whatsapp\",plugin=\"whatsapp\"} 1"));
  expect_guest_is_answered("34600000014");

  fs::copy_file(version("next"), file, kOver);
  EXPECT_TRUE(comes_live("0.2.0"));
  expect_guest_is_answered("34600000015");
}

// ---- the YAML ----

TEST_F(Upgrade, OnlyWhatChangedInTheYamlIsTouched) {
  const auto before = stage.config_text();
  stage.write_config_text(before + "  - {id: lobby, plugin: webchat, hotel: sol}\n");
  EXPECT_TRUE(eventually([&] { return stage.instance("lobby")["state"] == "live"; }));
  EXPECT_EQ(stage.instance("whatsapp")["generation"], 1);
  EXPECT_EQ(stage.instance("sol/pms")["generation"], 1);

  stage.write_config_text(before);
  EXPECT_TRUE(eventually([&] { return stage.instance("lobby").is_null(); }));
  EXPECT_EQ(stage.host("GET", "/webhook/lobby").status, 404);
  EXPECT_EQ(stage.instance("whatsapp")["generation"], 1);
  expect_guest_is_answered("34600000008");
}

TEST_F(Upgrade, ABadYamlChangesNothingAndIsToldWithItsPlace) {
  const auto before = stage.config_text();
  stage.write_config_text(before + "  - {id: lobby, plugin: webchat, hotel: luna}\n  nonsense: [\n");
  stage.signal_host(SIGHUP);
  EXPECT_TRUE(tells("not taken over: "));
  EXPECT_THAT(stage.host_log(), HasSubstr("agente.yaml:"));
  EXPECT_TRUE(stage.instance("lobby").is_null());
  expect_guest_is_answered("34600000009");
}

TEST_F(Upgrade, SighupTakesTheYamlOverAtOnce) {
  auto text = stage.config_text();
  const std::string deadline = "deadline_ms: 3000";
  text.replace(text.find(deadline), deadline.size(), "deadline_ms: 4000");
  stage.write_config_text(text);
  stage.signal_host(SIGHUP);
  EXPECT_TRUE(eventually([&] { return stage.instance("whatsapp")["generation"] == 2; }));
  EXPECT_EQ(stage.instance("sol/pms")["generation"], 1);
  expect_guest_is_answered("34600000010");
}

TEST_F(Upgrade, ANewPriceInTheYamlIsQuotedToTheNextGuest) {
  const auto price = [&](const std::string& guest) {
    EXPECT_EQ(stage.guest_writes(guest, "una doble del 12 al 15 de marzo para 2 personas", "wamid." + guest), 200);
    EXPECT_TRUE(eventually([&] { return !stage.texts_to(guest).empty(); }));
    const auto texts = stage.texts_to(guest);
    return texts.empty() ? std::string() : texts.front();
  };
  const auto before = price("34600000011");
  auto text = stage.config_text();
  const std::string rate = "rate_minor: ";
  const auto at = text.find(rate, text.find("double")) + rate.size();
  text.replace(at, text.find_first_not_of("0123456789", at) - at, "77700");
  stage.write_config_text(text);
  EXPECT_TRUE(eventually([&] { return stage.instance("sol/pms")["generation"] == 2; }));
  const auto after = price("34600000012");
  EXPECT_THAT(after, HasSubstr("2331")) << after;  // three nights
  EXPECT_NE(before, after);
}

}  // namespace
}  // namespace agente::e2e
