#include "store/lock_file.hpp"

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace agente::store {

namespace {

std::string holder(int file) {
  std::array<char, 32> text{};
  const auto length = ::pread(file, text.data(), text.size(), 0);
  if (length <= 0) return "unknown";
  const std::string_view all(text.data(), static_cast<std::size_t>(length));
  return std::string(all.substr(0, all.find('\n')));
}

Error refusal(const std::string& path, int code) {
  return {code == ENOSPC ? Code::kRetry : Code::kConfig,
          "cannot write the lock file " + path + ": " + std::generic_category().message(code) +
              "; let storage.url name a folder that this user may write"};
}

}  // namespace

Result<LockFile> LockFile::take(const std::string& path) {
  LockFile lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (lock.file_ < 0) return refusal(path, errno);
  if (::flock(lock.file_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return refusal(path, errno);
    return Error{Code::kConfig, "another host, process " + holder(lock.file_) + ", has the store of " + path +
                                    " open: stop it, or give this one another storage.url"};
  }
  const auto pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(lock.file_, 0) != 0 || ::pwrite(lock.file_, pid.data(), pid.size(), 0) < 0) {
    return refusal(path, errno);
  }
  return lock;
}

LockFile::LockFile(LockFile&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

LockFile::~LockFile() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace agente::store
