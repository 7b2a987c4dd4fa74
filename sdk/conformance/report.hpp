#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "conformance/runner.hpp"

namespace agente::conformance {

/// A run, to be told.
struct Account {
  const Subject& subject;
  const std::vector<Result>& results;
  std::uint64_t seed;
  bool verbose = false;  ///< with what processes printed
};

struct Tally {
  int passed = 0;
  int failed = 0;
  int warnings = 0;
  int skipped = 0;
};
[[nodiscard]] Tally tally(const std::vector<Result>& results);

/// For people: grouped, what is wrong first to be seen, and a summary line at the end.
[[nodiscard]] std::string as_text(const Account& account);
/// The certificate: what was tried on which bytes. Unsigned.
[[nodiscard]] std::string as_json(const Account& account);
/// For CI systems.
[[nodiscard]] std::string as_junit(const Account& account);
/// The same of a file that could not be tried: one failure, `why`.
[[nodiscard]] std::string refusal_as_junit(const std::string& file, const std::string& why);

/// Every check with its paragraph.
[[nodiscard]] std::string catalogue_as_text(const std::vector<Check>& checks);
[[nodiscard]] std::string catalogue_as_json(const std::vector<Check>& checks);

}  // namespace agente::conformance
