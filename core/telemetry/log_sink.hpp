#pragma once

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include <spdlog/sinks/base_sink.h>

#include "base/result.hpp"
#include "base/thread.hpp"

namespace agente::log {

/// Lines for stderr and for a file that can be opened anew under its name (what logrotate needs). A thread of its own
/// writes what has come together in a hundredth of a second; warnings at once. Whoever logs neither waits for a disk
/// nor wakes anybody: waking a thread for each line cost a fifth of the machine under full load. A full or slow disk
/// loses lines, never blocks and never throws.
class LogSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  /// `path` may be empty: stderr alone.
  explicit LogSink(std::filesystem::path path) : path_(std::move(path)) {
    thread_ = std::jthread([this] { run(); });
  }
  /// What has been logged is written first.
  ~LogSink() override {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    changed_.notify_one();
  }

  Result<void> reopen() {
    if (path_.empty()) return {};
    std::error_code ignored;
    if (path_.has_parent_path()) std::filesystem::create_directories(path_.parent_path(), ignored);
    File next{std::fopen(path_.c_str(), "ae")};
    if (!next) {
      return Error{Code::kConfig, "log.file: cannot open " + path_.string() + ": " + std::strerror(errno) +
                                      "; give the host's user the right to write there or name another file"};
    }
    const std::lock_guard lock(file_mutex_);
    file_ = std::move(next);
    return {};
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    constexpr std::size_t kMost = std::size_t{4} << 20U;
    if (lines_.size() > kMost) {
      ++lost_;
      return;
    }
    const bool first = lines_.empty();
    if (lost_ > 0) {
      const auto text =
          "warn  log " + std::to_string(std::exchange(lost_, 0)) + " lines lost: the disk is too slow for them";
      append(spdlog::details::log_msg(message.time, {}, message.logger_name, spdlog::level::warn, text));
    }
    append(message);
    const bool urgent = message.level >= spdlog::level::warn && !urgent_;
    urgent_ = urgent_ || urgent;
    if (first || urgent) changed_.notify_one();
  }
  void flush_() override {}

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, Close>;

  void append(const spdlog::details::log_msg& message) {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    lines_.append(line.data(), line.size());
  }

  void run() {
    constexpr std::chrono::milliseconds kTogether{10};
    name_thread("log");
    std::string lines;
    for (bool over = false; !over;) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return over_ || !lines_.empty(); });
        changed_.wait_for(lock, kTogether, [this] { return over_ || urgent_; });
        lines.swap(lines_);
        urgent_ = false;
        over = over_;
      }
      put(lines);
      lines.clear();
    }
  }

  void put(const std::string& lines) {
    std::fwrite(lines.data(), 1, lines.size(), stderr);
    const std::lock_guard lock(file_mutex_);
    if (!file_) return;
    std::fwrite(lines.data(), 1, lines.size(), file_.get());
    std::fflush(file_.get());
  }

  const std::filesystem::path path_;
  std::mutex file_mutex_;
  File file_;
  std::condition_variable changed_;  // with the base's mutex_
  std::string lines_;
  int lost_ = 0;
  bool urgent_ = false;
  bool over_ = false;
  std::jthread thread_;
};

}  // namespace agente::log
