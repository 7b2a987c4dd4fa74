#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include <sys/stat.h>

namespace agente::plugins {

/// What tells one content of a file from the next without reading it.
struct Sight {
  std::filesystem::path path{};
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  std::int64_t modified_ns = 0;

  bool operator==(const Sight&) const = default;
};

/// Nothing when there is no such file.
[[nodiscard]] inline std::optional<Sight> look_at(const std::filesystem::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return std::nullopt;
  constexpr std::int64_t kNanos = 1'000'000'000;
  return Sight{path, info.st_dev, info.st_ino, info.st_size, info.st_mtim.tv_sec * kNanos + info.st_mtim.tv_nsec};
}

/// Sees when a file has changed and has come to rest: it looks the same twice in a row. A file that is being written,
/// in place or half now and half later, is not taken up in between, unless its writer pauses; then it is taken up again
/// when he goes on. Not thread-safe.
class Watched {
 public:
  enum class News { kNone, kGone, kChanged };

  /// From here on, `now` is known.
  void known(std::optional<Sight> now) {
    known_ = std::move(now);
    coming_.reset();
    told_gone_ = false;
  }

  /// kChanged and kGone are told once each.
  News look(const std::optional<Sight>& now) {
    if (!now) {
      coming_.reset();
      return known_ && !std::exchange(told_gone_, true) ? News::kGone : News::kNone;
    }
    if (now == known_) {
      coming_.reset();
      told_gone_ = false;
      return News::kNone;
    }
    if (now != coming_) {
      coming_ = now;
      return News::kNone;
    }
    known(now);
    return News::kChanged;
  }

 private:
  std::optional<Sight> known_;
  std::optional<Sight> coming_;
  bool told_gone_ = false;
};

}  // namespace agente::plugins
