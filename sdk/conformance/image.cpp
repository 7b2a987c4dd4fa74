#include "conformance/image.hpp"

#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>

#include <dlfcn.h>
#include <link.h>

namespace agente::conformance {

Image::Image(std::filesystem::path copy) : path_(std::move(copy)) {
  handle_ = ::dlopen(path_.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle_ != nullptr) return;
  const char* why = ::dlerror();  // NOLINT(concurrency-mt-unsafe): of this thread
  throw std::runtime_error(why == nullptr ? "dlopen failed" : why);
}

const agente_plugin* Image::entry(std::uint32_t major) const {
  using Entry = const agente_plugin* (*)(std::uint32_t);
  const auto entry = reinterpret_cast<Entry>(::dlsym(handle_, "agente_plugin_entry"));
  return entry == nullptr ? nullptr : entry(major);
}

void Image::close() {
  if (handle_ != nullptr) ::dlclose(handle_);
  handle_ = nullptr;
}

bool Image::is_listed() const {
  struct Search {
    const char* path;
    bool found;
  } search{path_.c_str(), false};
  const auto look = [](dl_phdr_info* info, std::size_t, void* context) {
    auto& sought = *static_cast<Search*>(context);
    sought.found |= info->dlpi_name != nullptr && std::strcmp(info->dlpi_name, sought.path) == 0;
    return 0;
  };
  dl_iterate_phdr(look, &search);
  return search.found;
}

bool Image::is_mapped() const {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    if (line.ends_with(path_.native())) return true;
  }
  return false;
}

bool Image::owns(const void* address) const {
  Dl_info info{};
  return ::dladdr(address, &info) != 0 && info.dli_fname != nullptr && path_ == info.dli_fname;
}

}  // namespace agente::conformance
