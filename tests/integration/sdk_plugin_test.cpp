#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <sstream>
#include <string>

#include <gmock/gmock.h>

#include "plugins/admission/admission.hpp"
#include "plugins/admission/elf_file.hpp"

/// What the SDK's macros and CMake functions put into a file, in C++, in C and by hand in Rust, is what the loader
/// looks for.
namespace agente::plugins {
namespace {

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::uint64_t fnv1a(const std::string& text) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return hash;
}

struct Example {
  explicit Example(std::string id) : name(std::move(id)), file(bytes_of(std::string(PLUGINS "/") + name + ".so")) {
    auto read = read_elf(std::as_bytes(std::span(file)));
    EXPECT_TRUE(read) << name << ": " << (read ? "" : read.error().text);
    if (read) facts = std::move(*read);
  }

  std::string name;
  std::string file;
  ElfFacts facts;
};

std::vector<Example> examples() {
  std::istringstream names(EXAMPLES);
  std::vector<Example> all;
  for (std::string name; names >> name;) all.emplace_back(name);
  return all;
}

TEST(SdkPlugin, CarriesItsNoteItsSchemaAndOneExport) {
  for (const auto& example : examples()) {
    SCOPED_TRACE(example.name);
    const auto& facts = example.facts;
    ASSERT_TRUE(facts.note.has_value());
    EXPECT_EQ(facts.note->id, example.name);
    EXPECT_STREQ(facts.note->version, "1.0.0");
    EXPECT_EQ(facts.schema, bytes_of(std::string(SOURCES "/") + example.name + "/schema.json"));
    EXPECT_EQ(facts.note->schema_fnv1a, fnv1a(facts.schema.value_or("")));
    EXPECT_THAT(facts.exported, testing::ElementsAre("agente_plugin_entry"));
    EXPECT_FALSE(facts.gnu_unique);
    EXPECT_FALSE(facts.executable_stack);
  }
}

TEST(SdkPlugin, IsHotUnlessItIsRust) {
  for (const auto& example : examples()) {
    const auto verdict = judge({example.facts, example.facts.note->kind});
    if (example.name == "rust-channel") {
      EXPECT_EQ(verdict.load_class, LoadClass::kPinned) << verdict.reason;
      continue;
    }
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    EXPECT_NE(verdict.load_class, LoadClass::kRefused) << verdict.reason;  // a sanitizer's runtime may pin it
#else
    EXPECT_EQ(verdict.load_class, LoadClass::kHot) << example.name << ": " << verdict.reason;
#endif
  }
}

TEST(SdkPlugin, IsRefusedWhereAnotherKindIsWanted) {
  for (const auto& example : examples()) {
    const auto other = example.facts.note->kind == AGENTE_KIND_PMS ? AGENTE_KIND_CHANNEL : AGENTE_KIND_PMS;
    EXPECT_EQ(judge({example.facts, static_cast<std::uint32_t>(other)}).load_class, LoadClass::kRefused)
        << example.name;
  }
}

}  // namespace
}  // namespace agente::plugins
