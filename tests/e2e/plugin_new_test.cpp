// agentctl plugin new: what it writes, and what it refuses. That the result builds is shown by tests/install.
#include <fstream>

#include <gmock/gmock.h>

#include "base/text.hpp"
#include "stage.hpp"

namespace agente::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class PluginNew : public ::testing::Test {
 protected:
  PluginNew() { std::filesystem::create_directories(folder); }
  ~PluginNew() override { std::filesystem::remove_all(folder); }

  std::string make(const std::string& arguments, int expected = 0) const {
    return run({"sh", "-c", "cd " + folder.string() + " && " AGENTE_CTL " plugin new " + arguments + " 2>&1"}, "",
               expected);
  }
  [[nodiscard]] std::string text(const std::string& file) const {
    std::ifstream in(folder / file);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("agente-new-" + random_hex(8));
};

TEST_F(PluginNew, WritesAProjectWithTheNamesFilledInAndSaysWhatToTypeNext) {
  const auto said = make("channel front-desk");

  EXPECT_THAT(said, HasSubstr("cd front-desk"));
  EXPECT_THAT(said, HasSubstr("cmake --build build"));
  EXPECT_THAT(text("front-desk/plugin.hpp"), HasSubstr("class FrontDesk {"));
  EXPECT_THAT(text("front-desk/CMakeLists.txt"), HasSubstr("agente_add_plugin(front-desk KIND channel"));
  for (const auto& entry : std::filesystem::directory_iterator(folder / "front-desk")) {
    EXPECT_THAT(text("front-desk/" + entry.path().filename().string()), Not(::testing::ContainsRegex("@[a-zA-Z]+@")))
        << entry;
  }
}

TEST_F(PluginNew, ListsWhatItWroteForPrograms) {
  const auto told = nlohmann::json::parse(make("pms 3cx 'their books' --json"));

  EXPECT_EQ(told["kind"], "pms");
  EXPECT_EQ(told["class"], "Plugin3cx");
  EXPECT_EQ(told["folder"], "their books");
  EXPECT_EQ(told["next"][0], "cd 'their books'");
  ASSERT_EQ(told["files"].size(), 6U);
  for (const auto& file : told["files"]) {
    EXPECT_TRUE(std::filesystem::exists(folder / "their books" / file.get<std::string>())) << file;
  }
}

TEST_F(PluginNew, RefusesANameThatCannotBeAPluginsId) {
  for (const auto* name : {"Front", "front_desk", "../x", "''", "-desk", "desk-", "a/b", "ñ"}) {
    EXPECT_THAT(make("exporter " + std::string(name[0] == '-' ? "-- " : "") + name, 1), HasSubstr("use 1 to 63 of a-z"))
        << name;
  }
  EXPECT_THAT(make("exporter " + std::string(64, 'a'), 1), HasSubstr("use 1 to 63"));
  EXPECT_THAT(make("exporter test", 1), HasSubstr("my-test"));
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  make("exporter " + std::string(63, 'a'));
}

TEST_F(PluginNew, RefusesAFolderThatHoldsSomethingAndLeavesItAlone) {
  make("channel desk");
  std::ofstream(folder / "desk/plugin.hpp") << "mine";

  EXPECT_THAT(make("channel desk", 1), HasSubstr("no empty folder"));
  EXPECT_THAT(make("channel desk desk/plugin.hpp", 1), HasSubstr("no empty folder"));
  EXPECT_EQ(text("desk/plugin.hpp"), "mine");
  std::filesystem::create_directory(folder / "empty");
  make("channel desk empty");
  EXPECT_THAT(make("channel desk /proc/desk", 1), HasSubstr("cannot be made"));
}

TEST_F(PluginNew, RefusesAnUnknownKind) { EXPECT_THAT(make("fax desk", 2), HasSubstr("channel")); }

}  // namespace
}  // namespace agente::e2e
