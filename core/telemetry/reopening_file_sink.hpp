#pragma once

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <mutex>

#include <spdlog/sinks/base_sink.h>

#include "base/result.hpp"

namespace agente::log {

/// A file that can be opened anew under its name while lines are written: what logrotate needs. A full disk loses
/// lines, never blocks and never throws.
class ReopeningFileSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit ReopeningFileSink(std::filesystem::path path) : path_(std::move(path)) {}

  Result<void> reopen() {
    const std::lock_guard lock(mutex_);
    std::error_code ignored;
    if (path_.has_parent_path()) std::filesystem::create_directories(path_.parent_path(), ignored);
    File next{std::fopen(path_.c_str(), "ae")};
    if (!next) {
      return Error{Code::kConfig, "log.file: cannot open " + path_.string() + ": " + std::strerror(errno) +
                                      "; give the host's user the right to write there or name another file"};
    }
    file_ = std::move(next);
    return {};
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    if (!file_) return;
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    std::fwrite(line.data(), 1, line.size(), file_.get());
  }
  void flush_() override {
    if (file_) std::fflush(file_.get());
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, Close>;

  std::filesystem::path path_;
  File file_;
};

}  // namespace agente::log
