#pragma once

#include <string>

#include "base/result.hpp"

namespace agente::store {

/// Keeps a second host off a database. The lock ends with the process, whatever ends it; the file stays.
class LockFile {
 public:
  /// kConfig: another process holds it (its pid is named) or the file cannot be written.
  static Result<LockFile> take(const std::string& path);

  LockFile(LockFile&& other) noexcept;
  LockFile& operator=(LockFile&& other) = delete;
  ~LockFile();

 private:
  explicit LockFile(int file) : file_(file) {}

  int file_;
};

}  // namespace agente::store
