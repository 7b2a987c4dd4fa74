#include "plugins/admission/unload.hpp"

#include <cstring>
#include <fstream>

#include <link.h>

#include "plugins/admission/dependencies.hpp"

namespace agente::plugins {
namespace {

std::string diagnose(const ElfFacts& facts) {
  if (facts.no_delete) return "it is linked with -z nodelete";
  if (facts.gnu_unique) return "it has a unique symbol, which others may use: compile it with -fno-gnu-unique";
  if (const auto hook = forbidden_import(facts)) {
    return "it imports " + *hook + ": a thread that lives on still has something of it to clean up";
  }
  return "something else in the process refers to it: a library it brought along, or a thread_local of one";
}

}  // namespace

bool is_listed(const std::filesystem::path& path) {
  struct Search {
    const char* path;
    bool found;
  } search{path.c_str(), false};
  const auto look = [](dl_phdr_info* info, std::size_t, void* context) {
    auto& sought = *static_cast<Search*>(context);
    sought.found |= info->dlpi_name != nullptr && std::strcmp(info->dlpi_name, sought.path) == 0;
    return 0;
  };
  dl_iterate_phdr(look, &search);
  return search.found;
}

bool is_mapped(const std::filesystem::path& path) {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    if (line.find(path.native()) != std::string::npos) return true;
  }
  return false;
}

std::optional<std::string> why_mapped(const std::filesystem::path& path, const ElfFacts& facts) {
  if (is_listed(path)) return diagnose(facts);
  if (is_mapped(path)) return "the linker has let it go, but its pages are still mapped";
  return std::nullopt;
}

}  // namespace agente::plugins
