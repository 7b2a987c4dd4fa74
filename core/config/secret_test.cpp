#include "config/secret.hpp"

#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <unistd.h>

namespace agente::config {
namespace {

using ::testing::HasSubstr;

class SecretTest : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  [[nodiscard]] std::string read(const std::string& written) const {
    const auto text = expand(written, folder_, environment_);
    return text ? *text : "error: " + text.error().text;
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("agente-secret-" + std::to_string(::getpid()));
  std::map<std::string, std::string> variables_ = {{"A", "one"}, {"EMPTY", ""}, {"BAD", "\xFF"}};
  Environment environment_ = [this](const std::string& name) -> std::optional<std::string> {
    const auto found = variables_.find(name);
    return found == variables_.end() ? std::nullopt : std::optional(found->second);
  };
};

TEST_F(SecretTest, VariablesDefaultsAndEscapesAreExpanded) {
  EXPECT_EQ(read("plain $A text"), "plain $A text");
  EXPECT_EQ(read("<${A}${A}>"), "<oneone>");
  EXPECT_EQ(read("${B:-two}/${EMPTY:-three}/${A:-four}/${EMPTY}"), "two/three/one/");
  EXPECT_EQ(read("$${A}"), "${A}");
  variables_["A"] = "${A}";
  EXPECT_EQ(read("${A}"), "${A}") << "what a variable holds is not expanded again";
}

TEST_F(SecretTest, AnErrorNamesTheVariableAndTheRemedy) {
  EXPECT_THAT(read("x${NOPE}"), HasSubstr("needs the environment variable NOPE, which is not set"));
  EXPECT_THAT(read("${A"), HasSubstr("never closed"));
  EXPECT_THAT(read("${}"), HasSubstr("without the name of a variable"));
  EXPECT_THAT(read("${A B}"), HasSubstr("without the name of a variable"));
  EXPECT_THAT(read("${BAD}"), HasSubstr("no UTF-8"));
}

TEST_F(SecretTest, AFileIsReadWithoutItsLastLineEnd) {
  write("token", "s3cret\n\n");
  write("windows", "s3cret\r\n");
  write("huge", std::string(70'000, 'x'));

  EXPECT_EQ(read("file:token"), "s3cret\n");
  EXPECT_EQ(read("file:windows"), "s3cret");
  EXPECT_EQ(read("file:${T:-token}"), "s3cret\n");
  EXPECT_THAT(read("file:none"), HasSubstr("which cannot be read"));
  EXPECT_THAT(read("file:."), HasSubstr("which cannot be read"));
  EXPECT_THAT(read("file:/dev/zero"), HasSubstr("which cannot be read"));
  EXPECT_THAT(read("file:huge"), HasSubstr("larger than 64 KiB"));
  EXPECT_THAT(read("file:"), HasSubstr("without a path"));
}

TEST_F(SecretTest, AVariableCannotTurnATextIntoAFileName) {
  variables_["A"] = "file:/etc/hostname";

  EXPECT_EQ(read("${A}"), "file:/etc/hostname");
}

TEST_F(SecretTest, ARotatedSecretIsSeenAtTheNextRead) {
  write("token", "old\n");
  const SecretSource file("file:token", folder_, environment_);
  const SecretSource variable("${A}", folder_, environment_);
  EXPECT_EQ(*file.read(), "old");

  write("token", "new\n");
  variables_["A"] = "two";

  EXPECT_EQ(*file.read(), "new");
  EXPECT_EQ(*variable.read(), "two");
}

TEST_F(SecretTest, AnEmptySecretIsAnError) {
  EXPECT_THAT(SecretSource("${EMPTY}", folder_, environment_).read().error().text, HasSubstr("empty secret"));
}

}  // namespace
}  // namespace agente::config
