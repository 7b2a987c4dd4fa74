#include "plugins/admission/dependencies.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string_view>

#include <dlfcn.h>
#include <link.h>

#include "plugins/admission/file_bytes.hpp"

namespace agente::plugins {
namespace {

using Libraries = std::map<std::string, std::string, std::less<>>;  // name -> path

std::set<std::string, std::less<>> resident_libraries() {
  std::set<std::string, std::less<>> names;
  const auto take = [](dl_phdr_info* info, std::size_t, void* out) {
    const std::string path = info->dlpi_name == nullptr ? "" : info->dlpi_name;
    static_cast<decltype(names)*>(out)->insert(std::filesystem::path(path).filename());
    return 0;
  };
  dl_iterate_phdr(take, &names);
  return names;
}

/// The linker's own index (ldconfig's format 1.1, all that glibc >= 2.32 writes): 48 bytes of header, 24 per entry.
Libraries read_linker_cache() {
  constexpr std::string_view kMagic = "glibc-ld.so.cache1.1";
  constexpr std::size_t kHeader = 48;
  constexpr std::size_t kEntry = 24;
  Libraries found;
  const auto file = read_file("/etc/ld.so.cache", std::size_t{64} << 20U);
  if (!file || file->size() < kHeader || std::memcmp(file->data(), kMagic.data(), kMagic.size()) != 0) return found;
  const auto number = [&](std::size_t at) {
    std::uint32_t value = 0;
    if (at + sizeof value <= file->size()) std::memcpy(&value, file->data() + at, sizeof value);
    return value;
  };
  const auto name = [&](std::size_t at) {
    const auto* begin = reinterpret_cast<const char*>(file->data());
    return at < file->size() ? std::string(begin + at, strnlen(begin + at, file->size() - at)) : std::string();
  };
  for (std::size_t i = 0; i < number(kMagic.size()) && kHeader + (i + 1) * kEntry <= file->size(); ++i) {
    const auto at = kHeader + i * kEntry;
    found.emplace(name(number(at + 4)), name(number(at + 8)));
  }
  return found;
}

/// What cannot be looked at, or is too long for a path, is not there.
bool exists(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

std::vector<std::string> folders(std::string_view list) {
  std::vector<std::string> out;
  std::istringstream in{std::string(list)};
  for (std::string folder; std::getline(in, folder, ':');) {
    if (folder.starts_with('/')) out.push_back(folder);  // $ORIGIN means nothing for a private copy
  }
  return out;
}

class Search {
 public:
  Dependencies run(const ElfFacts& facts) {
    visit(facts, "");
    for (const auto& name : facts.undefined) {
      if (!brought_.contains(name) && dlsym(RTLD_DEFAULT, name.c_str()) == nullptr) out_.unresolved.push_back(name);
    }
    return std::move(out_);
  }

 private:
  void visit(const ElfFacts& facts, const std::string& library) {
    if (!library.empty() && out_.pinning.empty()) {
      if (const auto hook = forbidden_import(facts)) out_.pinning = "needs " + library + ", which imports " + *hook;
    }
    for (const auto& name : facts.needed) {
      if (resident_.contains(name) || !seen_.insert(name).second) continue;
      const auto path = locate(name, facts.search_path);
      const auto bytes = path.empty() ? std::nullopt : read_file(path, kLargestImage);
      const auto read = bytes ? read_elf(*bytes) : Result<ElfFacts>(Error{});
      if (!read) {
        out_.missing.push_back(name);
      } else {
        brought_.insert(read->exported.begin(), read->exported.end());
        visit(*read, name);
      }
    }
  }

  std::string locate(const std::string& name, std::string_view search_path) const {
    static constexpr std::array<const char*, 6> kDefaults{
        "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib", "/usr/lib", "/lib64", "/usr/lib64"};
    if (name.find('/') != std::string::npos) return exists(name) ? name : "";  // refused, but not for being missing
    auto places = folders(search_path);
    const char* extra = std::getenv("LD_LIBRARY_PATH");  // NOLINT(concurrency-mt-unsafe): nobody sets it while we run
    for (auto& folder : folders(extra == nullptr ? "" : extra)) places.push_back(std::move(folder));
    for (const auto& folder : places) {
      if (auto path = folder + "/" + name; exists(path)) return path;
    }
    if (const auto cached = cache_.find(name); cached != cache_.end()) return cached->second;
    for (const auto* folder : kDefaults) {
      if (auto path = std::string(folder) + "/" + name; exists(path)) return path;
    }
    return "";
  }

  std::set<std::string, std::less<>> resident_ = resident_libraries();
  Libraries cache_ = read_linker_cache();
  std::set<std::string> seen_;
  std::set<std::string> brought_;  // symbols of the libraries that would come with it
  Dependencies out_;
};

}  // namespace

std::optional<std::string> forbidden_import(const ElfFacts& facts) {
  static constexpr std::array<std::string_view, 7> kForbidden{
      "pthread_create", "pthread_key_create", "__pthread_key_create", "tss_create",
      "thrd_create",    "pthread_atfork",     "__register_atfork"};  // the last is what pthread_atfork compiles to
  const auto forbidden = [](const std::string& name) {
    return name.starts_with("__cxa_thread_atexit") || name.find("_M_start_thread") != std::string::npos ||
           std::ranges::find(kForbidden, name) != kForbidden.end();
  };
  for (const auto* names : {&facts.undefined, &facts.undefined_weak}) {
    const auto found = std::ranges::find_if(*names, forbidden);
    if (found != names->end()) return *found;
  }
  return std::nullopt;
}

Dependencies find_dependencies(const ElfFacts& facts) { return Search().run(facts); }

}  // namespace agente::plugins
