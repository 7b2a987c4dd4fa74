#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "conformance/finding.hpp"

namespace agente::conformance {

/// Something to be found out in a process of its own, which may crash, hang or end itself.
struct Task {
  std::function<Finding(const std::filesystem::path& folder)> body;
  std::vector<std::size_t> after;  ///< tasks that must be done before it is begun
  /// Asked when those are done: a finding that makes running it needless, or nothing.
  std::function<bool(Finding& instead)> settled = [](Finding&) { return false; };
};

struct Report {
  Finding finding;
  std::string output;  ///< the end of what the process printed
  std::chrono::milliseconds took{0};
};

struct Limits {
  int at_once = 1;
  std::chrono::milliseconds time{20'000};              ///< then a process is killed, with all that it started
  std::uint64_t file_size = std::uint64_t{16} << 20U;  ///< bytes: what it writes to a file beyond that is lost
  std::uint64_t memory = 0;  ///< bytes of address space; beyond that nothing is allocated. 0: not limited
};

/// Does all tasks, each in a child made by fork, some at once; a report for each, in order. `folder` must exist; each
/// task gets an empty one below it. `done(index, report)` is called as they end. Only from a process with one thread.
///
/// Fork and not a fresh program: the file is read and judged once, a child begins in a few milliseconds even under a
/// sanitizer, and this process, which has one thread and opens no plugin, has nothing that a copy could disturb.
[[nodiscard]] std::vector<Report> do_all(const std::vector<Task>& tasks, const Limits& limits,
                                         const std::filesystem::path& folder,
                                         const std::function<void(std::size_t, const Report&)>& done);

}  // namespace agente::conformance
