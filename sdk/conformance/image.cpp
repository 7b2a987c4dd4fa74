#include "conformance/image.hpp"

#include <stdexcept>
#include <string>

#include <dlfcn.h>

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

bool Image::owns(const void* address) const {
  Dl_info info{};
  return ::dladdr(address, &info) != 0 && info.dli_fname != nullptr && path_ == info.dli_fname;
}

}  // namespace agente::conformance
