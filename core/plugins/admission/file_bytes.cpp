#include "plugins/admission/file_bytes.hpp"

#include <array>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace agente::plugins {
namespace {

bool same_version(const struct stat& a, const struct stat& b) {
  return a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

std::optional<std::vector<std::byte>> read_open_file(int file, std::size_t limit) {
  struct stat before {};
  struct stat after {};
  if (fstat(file, &before) != 0 || !S_ISREG(before.st_mode) || static_cast<std::size_t>(before.st_size) > limit) {
    return std::nullopt;
  }
  std::vector<std::byte> bytes(static_cast<std::size_t>(before.st_size));
  for (std::size_t at = 0; at < bytes.size();) {
    const auto got = ::read(file, bytes.data() + at, bytes.size() - at);
    if (got <= 0) return std::nullopt;
    at += static_cast<std::size_t>(got);
  }
  if (fstat(file, &after) != 0 || !same_version(before, after)) return std::nullopt;
  return bytes;
}

}  // namespace

std::optional<std::vector<std::byte>> read_file(const std::filesystem::path& file, std::size_t limit) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return std::nullopt;
  auto bytes = read_open_file(descriptor, limit);
  ::close(descriptor);
  return bytes;
}

}  // namespace agente::plugins
