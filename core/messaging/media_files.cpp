#include "messaging/media_files.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace agente::messaging {
namespace {

namespace fs = std::filesystem;

Error disk_error(const fs::path& file, const char* what, int reason = errno) {
  return {Code::kRetry, file.string() + " cannot be " + what + ": " + std::strerror(reason) +
                            "; check the space and the rights of that folder"};
}

/// Closes what it opened.
class File {
 public:
  File(const fs::path& path, int flags) : number_(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600)) {}
  ~File() {
    if (number_ >= 0) ::close(number_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }

 private:
  const int number_;
};

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto done = ::write(file, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  return ::fsync(file) == 0;
}

bool sync_folder(const fs::path& folder) {
  const File opened(folder, O_RDONLY | O_DIRECTORY);
  return opened.is_open() && ::fsync(opened.number()) == 0;
}

/// A few hundred drawers, so that none gets too full. An id is milliseconds * 4096.
std::string drawer_of(store::Id message) {
  constexpr store::Id kDrawers = 256;
  return std::to_string((message / 4096) % kDrawers);
}

std::string prefix_of(store::Id message) { return std::to_string(message) + "-"; }

}  // namespace

Result<void> MediaFiles::make_folder(const fs::path& drawer) const {
  std::error_code error;
  fs::create_directories(folder_.parent_path(), error);
  for (const auto& each : {folder_, drawer}) {
    if (::mkdir(each.c_str(), 0700) == 0) {
      sync_folder(each.parent_path());
    } else if (errno != EEXIST) {
      return disk_error(each, "made");
    }
  }
  return {};
}

Result<std::string> MediaFiles::save(store::Id message, int attempt, std::string_view bytes) const {
  const auto path = drawer_of(message) + "/" + prefix_of(message) + std::to_string(attempt);
  const auto file = folder_ / path;
  if (auto made = make_folder(file.parent_path()); !made) return made.error();
  const File out(file, O_WRONLY | O_CREAT | O_TRUNC);
  if (out.is_open() && write_all(out.number(), bytes) && sync_folder(file.parent_path())) return path;
  const int reason = errno;
  if (out.is_open()) ::unlink(file.c_str());
  return disk_error(file, "written", reason);
}

Result<std::string> MediaFiles::read(const std::string& path) const {
  const File in(folder_ / path, O_RDONLY);
  if (!in.is_open()) {
    return Error{Code::kNotFound, "the file is not in " + folder_.string() + " (" + std::strerror(errno) +
                                      "); hosts that share a store must share that folder"};
  }
  std::string bytes;
  std::array<char, 65536> piece{};
  for (;;) {
    const auto got = ::read(in.number(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return disk_error(folder_ / path, "read");
    if (got == 0) return bytes;
    bytes.append(piece.data(), static_cast<std::size_t>(got));
  }
}

void MediaFiles::remove(const std::string& path) const { ::unlink((folder_ / path).c_str()); }

bool MediaFiles::is_at_hand(const std::string& path) const {
  std::error_code none;
  return fs::is_directory((folder_ / path).parent_path(), none);
}

bool MediaFiles::keep_only(store::Id message, const std::string& path) const {
  const auto drawer = folder_ / drawer_of(message);
  std::error_code error;
  fs::directory_iterator entry(drawer, error);
  if (error) return error == std::errc::no_such_file_or_directory;
  bool removed = false;
  bool all = true;
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const auto name = entry->path().filename().string();
    if (!name.starts_with(prefix_of(message)) || entry->path() == folder_ / path) continue;
    const bool went = ::unlink(entry->path().c_str()) == 0 || errno == ENOENT;
    removed |= went;
    all &= went;
  }
  return all && !error && (!removed || sync_folder(drawer));
}

}  // namespace agente::messaging
