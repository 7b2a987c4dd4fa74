#pragma once

#include <string>

namespace agente::config {

/// A place in a file, counted from 1; columns count characters, not bytes.
struct Mark {
  int line = 1;
  int column = 1;

  auto operator<=>(const Mark&) const = default;
};

/// One thing wrong with a config file. The text says what and what to write instead, and never holds a secret.
struct Problem {
  std::string file;
  Mark at;
  std::string text;
  /// The instance that cannot start because of it; empty when the whole file cannot be used.
  std::string instance{};
};

/// "FILE:LINE:COL: what, and what to write".
[[nodiscard]] inline std::string format(const Problem& problem) {
  return problem.file + ":" + std::to_string(problem.at.line) + ":" + std::to_string(problem.at.column) + ": " +
         problem.text;
}

}  // namespace agente::config
