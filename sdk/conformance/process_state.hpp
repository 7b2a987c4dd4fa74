#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace agente::conformance {

/// What a plugin must leave alone, as it is now. Compare two.
struct ProcessState {
  std::vector<std::string> signals;   ///< one per signal: its handler and flags
  std::vector<std::string> settings;  ///< locale, umask, current folder, environment
  std::vector<std::string> files;     ///< open descriptors and what they are

  [[nodiscard]] static ProcessState now();
};

/// The first entry of `after` that `before` does not have; empty when there is none and nothing is gone either.
[[nodiscard]] std::string difference(const std::vector<std::string>& before, const std::vector<std::string>& after);

[[nodiscard]] std::size_t thread_count();
/// Waits until no more than `most` threads are left, for at most a second.
[[nodiscard]] bool threads_settle(std::size_t most);

/// Bytes allocated and not freed, by whichever allocator is in use.
[[nodiscard]] std::size_t allocated_bytes();
[[nodiscard]] std::size_t resident_bytes();
/// This program was built with a sanitizer, which keeps freed memory and slows everything.
[[nodiscard]] bool is_sanitized();
/// Reports of ThreadSanitizer so far.
[[nodiscard]] int race_reports();

}  // namespace agente::conformance
