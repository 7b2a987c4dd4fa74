#include <fstream>
#include <iterator>
#include <span>
#include <string>

#include <gmock/gmock.h>

#include "plugins/admission/admission.hpp"
#include "plugins/admission/elf_file.hpp"

/// What the SDK's macro and CMake function put into a file is what the loader looks for.
namespace agente::plugins {
namespace {

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(SdkPlugin, IsAdmittedWithItsNoteItsSchemaAndOneExport) {
  const auto file = bytes_of(ECHO_CHANNEL);
  const auto facts = read_elf(std::as_bytes(std::span(file)));

  ASSERT_TRUE(facts) << facts.error().text;
  ASSERT_TRUE(facts->note.has_value());
  EXPECT_STREQ(facts->note->id, "echo-channel");
  EXPECT_STREQ(facts->note->version, "1.0.0");
  EXPECT_EQ(facts->schema, bytes_of(ECHO_SCHEMA));
  EXPECT_THAT(facts->exported, testing::ElementsAre("agente_plugin_entry"));
  EXPECT_FALSE(facts->gnu_unique);
  const auto verdict = judge({*facts, {}, AGENTE_KIND_CHANNEL});
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  EXPECT_NE(verdict.load_class, LoadClass::kRefused) << verdict.reason;  // a sanitizer's runtime may pin it
#else
  EXPECT_EQ(verdict.load_class, LoadClass::kHot) << verdict.reason;
#endif
}

TEST(SdkPlugin, IsRefusedWhereAPmsIsWanted) {
  const auto file = bytes_of(ECHO_CHANNEL);
  const auto facts = read_elf(std::as_bytes(std::span(file)));
  ASSERT_TRUE(facts);

  EXPECT_EQ(judge({*facts, {}, AGENTE_KIND_PMS}).load_class, LoadClass::kRefused);
}

}  // namespace
}  // namespace agente::plugins
