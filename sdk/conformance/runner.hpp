#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "conformance/check.hpp"
#include "conformance/child.hpp"

namespace agente::conformance {

struct Result {
  std::string id;  ///< of the check; for fuzzing "fuzz/seed-7"
  Report report;
};

/// Told after each check; `done` of `all` are through.
using Progress = std::function<void(std::size_t done, std::size_t all)>;

/// Some of the checks, in the order of `all_checks`. A check whose foundation failed is skipped with that reason.
class Runner {
 public:
  Runner(const Subject& subject, Limits limits, std::uint64_t seed) : subject_(subject), limits_(limits), seed_(seed) {}

  /// Those whose id fits one of the globs; no globs: all.
  [[nodiscard]] std::vector<Result> check(const std::vector<std::string>& only, const Progress& progress) const;

  /// Random call sequences: `rounds` of them with the seeds from `seed` on, or as many as fit in `time`. One result for
  /// each that failed, and one for the others.
  [[nodiscard]] std::vector<Result> fuzz(std::uint64_t rounds, std::chrono::milliseconds time,
                                         const Progress& progress) const;

 private:
  const Subject& subject_;
  Limits limits_;
  std::uint64_t seed_;
};

/// One random sequence; the trial's seed decides everything. Skips when no instance came of it.
Finding fuzz_once(Trial& trial);
/// Whether there is anything to make sequences of.
Finding fuzz_first(Trial& trial);

}  // namespace agente::conformance
