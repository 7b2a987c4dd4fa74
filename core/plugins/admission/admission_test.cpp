#include "plugins/admission/admission.hpp"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "plugins/admission/file_bytes.hpp"
#include "plugins/test_house.hpp"

namespace agente::plugins {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

std::filesystem::path plugin(const std::string& id) { return std::filesystem::path(TEST_PLUGINS) / (id + ".so"); }

std::vector<std::byte> bytes_of(const std::filesystem::path& file) {
  auto bytes = read_file(file, kLargestImage);
  EXPECT_TRUE(bytes) << file;
  return bytes.value_or(std::vector<std::byte>());
}

Verdict verdict_on(const std::string& id, std::uint32_t kind = AGENTE_KIND_CHANNEL) {
  const auto facts = read_elf(bytes_of(plugin(id)));
  EXPECT_TRUE(facts) << (facts ? "" : facts.error().text);
  return judge({*facts, kind});
}

TEST(ElfFile, TellsWhatAPluginIsWithoutRunningIt) {
  const auto facts = read_elf(bytes_of(plugin("porter")));

  ASSERT_TRUE(facts) << facts.error().text;
  ASSERT_TRUE(facts->note);
  EXPECT_STREQ(facts->note->id, "porter");
  EXPECT_STREQ(facts->note->version, "1.2.3");
  EXPECT_EQ(facts->note->kind, static_cast<std::uint32_t>(AGENTE_KIND_CHANNEL));
  EXPECT_EQ(facts->schema, "{}");
  EXPECT_THAT(facts->exported, Contains("agente_plugin_entry"));
  EXPECT_THAT(facts->undefined, Contains("calloc"));
  EXPECT_THAT(facts->needed, Contains("libc.so.6"));
  EXPECT_FALSE(facts->no_delete || facts->gnu_unique || facts->text_relocations || facts->executable_stack);
}

TEST(ElfFile, SeesThatALibraryIsNeverUnloaded) { EXPECT_TRUE(read_elf(bytes_of(plugin("nodelete")))->no_delete); }

TEST(ElfFile, RefusesWhatIsNoSharedLibraryWithAReason) {
  const auto refuse = [](std::string_view text) {
    const auto* begin = reinterpret_cast<const std::byte*>(text.data());
    return read_elf({begin, text.size()});
  };
  EXPECT_THAT(refuse("").error().text, HasSubstr("not an ELF"));
  EXPECT_THAT(refuse("#!/bin/sh\n").error().text, HasSubstr("not an ELF"));
  EXPECT_THAT(refuse("\x7f"
                     "ELF")
                  .error()
                  .text,
              HasSubstr("not an ELF"));
}

TEST(ElfFile, SurvivesEveryTruncation) {
  const auto whole = bytes_of(plugin("porter"));
  for (std::size_t size = 0; size < whole.size(); size += 97) {
    const std::vector<std::byte> part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    const auto facts = read_elf(part);
    EXPECT_FALSE(facts) << "a file of " << size << " of " << whole.size() << " bytes was taken for whole";
  }
}

TEST(ElfFile, SurvivesFlippedBytes) {
  const auto whole = bytes_of(plugin("porter"));
  std::mt19937 random(20260915);  // NOLINT: the same bytes at every run
  for (int round = 0; round < 3000; ++round) {
    auto broken = whole;
    // Half of the rounds hit the headers, where offsets and sizes are.
    const auto area = round % 2 == 0 ? std::size_t{1024} : broken.size();
    for (int flips = 0; flips < 8; ++flips) broken[random() % area] = static_cast<std::byte>(random());
    const auto facts = read_elf(broken);
    EXPECT_TRUE(facts || !facts.error().text.empty());
  }
}

TEST(Admission, TakesAGoodPluginAsHot) {
  const auto verdict = verdict_on("porter");
  EXPECT_EQ(verdict.load_class, LoadClass::kHot) << verdict.reason;
  EXPECT_TRUE(verdict.reason.empty());
}

TEST(Admission, NamesBothSidesAndTheRemedyForAnotherAbi) {
  const auto verdict = verdict_on("newer-abi");
  EXPECT_EQ(verdict.load_class, LoadClass::kRefused);
  EXPECT_EQ(verdict.reason, "built for ABI 0.4, this host speaks 0.3: install host >= 0.4 or a plugin for 0.3");
}

TEST(Admission, RefusesEachBrokenPluginForItsOwnReason) {
  const auto reason = [](const char* id, std::uint32_t kind = AGENTE_KIND_CHANNEL) {
    const auto verdict = verdict_on(id, kind);
    EXPECT_EQ(verdict.load_class, LoadClass::kRefused) << id;
    return verdict.reason;
  };
  EXPECT_THAT(reason("no-note"), AllOf(HasSubstr("no section .note.agente.plugin"), HasSubstr("agente_add_plugin")));
  EXPECT_THAT(reason("no-entry"), HasSubstr("does not export agente_plugin_entry"));
  EXPECT_THAT(reason("unknown-kind"), HasSubstr("kind 9"));
  EXPECT_THAT(reason("porter", AGENTE_KIND_PMS), AllOf(HasSubstr("is a channel plugin"), HasSubstr("as pms")));
  EXPECT_THAT(reason("needs-absent"), AllOf(HasSubstr("libtest_absent.so"), HasSubstr("install the package")));
}

TEST(Admission, RefusesAPluginOfAnotherMachine) {
  auto facts = *read_elf(bytes_of(plugin("porter")));
  facts.machine = 183;  // AArch64
  const auto verdict = judge({facts});
  EXPECT_EQ(verdict.load_class, LoadClass::kRefused);
  EXPECT_THAT(verdict.reason, AllOf(HasSubstr("183"), HasSubstr("x86-64")));
}

TEST(Admission, PinsWhatCannotBeUnloadedSafely) {
  const auto threads = verdict_on("threads");
  EXPECT_EQ(threads.load_class, LoadClass::kPinned);
  EXPECT_THAT(threads.reason, HasSubstr("pthread_key_create"));
  const auto nodelete = verdict_on("nodelete");
  EXPECT_EQ(nodelete.load_class, LoadClass::kPinned);
  EXPECT_THAT(nodelete.reason, HasSubstr("nodelete"));
}

TEST(Admission, PinsAPluginForALibraryItWouldBringAlong) {
  ::setenv("LD_LIBRARY_PATH", TEST_LIBRARIES, 1);
  const auto verdict = verdict_on("needs-keyed");
  ::unsetenv("LD_LIBRARY_PATH");
  EXPECT_EQ(verdict.load_class, LoadClass::kPinned);
  EXPECT_EQ(verdict.reason,
            "needs libtest_keyed.so, which imports pthread_key_create, so unloading it could crash the process");
}

/// What lies beside the plugin would be in no plugins.lock.
TEST(Admission, RefusesAPluginThatBringsLibrariesOfItsOwn) {
  auto facts = *read_elf(bytes_of(plugin("porter")));
  for (const auto* place : {"/opt/elsewhere", TEST_PLUGINS, "$ORIGIN", "."}) {
    facts.search_path = place;
    const auto verdict = judge({facts});
    EXPECT_EQ(verdict.load_class, LoadClass::kRefused) << place;
    EXPECT_THAT(verdict.reason, AllOf(HasSubstr("an RPATH to"), HasSubstr(place), HasSubstr("SKIP_BUILD_RPATH")));
  }
  facts.search_path.clear();
  facts.needed.push_back(std::string(TEST_LIBRARIES) + "/libtest_keyed.so");
  const auto by_path = judge({facts});
  EXPECT_EQ(by_path.load_class, LoadClass::kRefused);
  EXPECT_THAT(by_path.reason, AllOf(HasSubstr("libtest_keyed.so by its path"), HasSubstr("soname")));
}

TEST(Admission, SurvivesNamesThatNoFolderCanHave) {
  auto facts = *read_elf(bytes_of(plugin("porter")));
  facts.needed.push_back(std::string(5000, 'x'));
  EXPECT_THAT(judge({facts}).reason, HasSubstr("which is not installed"));
  facts.needed.back() = "/" + std::string(5000, 'x');
  EXPECT_EQ(judge({facts}).load_class, LoadClass::kRefused);
}

TEST(Inspect, ShowsNoteClassAndSchemaAsJson) {
  const auto shown = inspect(plugin("porter"));
  ASSERT_TRUE(shown) << shown.error().text;
  EXPECT_EQ((*shown)["id"], "porter");
  EXPECT_EQ((*shown)["version"], "1.2.3");
  EXPECT_EQ((*shown)["kind"], "channel");
  EXPECT_EQ((*shown)["abi"], "0.3");
  EXPECT_EQ((*shown)["class"], "hot");
  EXPECT_TRUE((*shown)["reason"].is_null());
  EXPECT_EQ((*shown)["schema"], nlohmann::json::object());
}

TEST(Inspect, ShowsWhyAFileIsRefused) {
  const auto script = inspect("/bin/sh");
  ASSERT_TRUE(script);
  EXPECT_EQ((*script)["class"], "refused");
  EXPECT_FALSE((*script)["reason"].is_null());
  EXPECT_EQ(inspect("/no/such/file.so").error().code, Code::kNotFound);
  EXPECT_EQ(inspect("/tmp").error().code, Code::kNotFound);
}

TEST(ReadSchema, ComesFromTheFileOrSaysWhatIsWrong) {
  config::PluginsConfig folders;
  folders.path = {TEST_PLUGINS};
  using config::PluginKind;
  EXPECT_EQ(*read_schema(folders, "porter", PluginKind::kChannel), "{}");
  EXPECT_EQ(read_schema(folders, "porter", PluginKind::kPms).error().code, Code::kConfig);
  const auto missing = read_schema(folders, "telex", PluginKind::kChannel);
  EXPECT_EQ(missing.error().code, Code::kNotFound);
  EXPECT_THAT(missing.error().text, HasSubstr("telex.so"));  // who reads the config names the folders
  EXPECT_EQ(read_schema(folders, "../so/porter", PluginKind::kChannel).error().code, Code::kNotFound);
}

}  // namespace
}  // namespace agente::plugins
