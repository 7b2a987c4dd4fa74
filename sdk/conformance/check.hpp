#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "conformance/trial.hpp"

namespace agente::conformance {

struct Check {
  std::string_view id;     ///< "file/no-textrel": group and name
  std::string_view about;  ///< one paragraph: what it does, why, and what to do when it fails
  Finding (*run)(Trial& trial);
  std::string_view needs = {};  ///< when that check fails, this one cannot judge
  std::string_view also = {};   ///< the same for one more
  std::uint32_t kind = 0;       ///< only for plugins of this kind; 0: all
  bool random = false;          ///< what it does hangs on the seed
  bool online = false;          ///< of use with the provider itself on the other side
};

/// All checks, group by group.
[[nodiscard]] const std::vector<Check>& all_checks();
[[nodiscard]] std::string_view group_of(const Check& check);

// One function for each group; each in the file named after it.
[[nodiscard]] std::span<const Check> file_checks();
[[nodiscard]] std::span<const Check> entry_checks();
[[nodiscard]] std::span<const Check> load_checks();
[[nodiscard]] std::span<const Check> config_checks();
[[nodiscard]] std::span<const Check> lifecycle_checks();
[[nodiscard]] std::span<const Check> memory_checks();
[[nodiscard]] std::span<const Check> leak_checks();
[[nodiscard]] std::span<const Check> error_checks();
[[nodiscard]] std::span<const Check> thread_checks();
[[nodiscard]] std::span<const Check> hot_checks();
[[nodiscard]] std::span<const Check> kind_checks();
[[nodiscard]] std::span<const Check> channel_checks();
[[nodiscard]] std::span<const Check> pms_checks();
[[nodiscard]] std::span<const Check> pms_stay_checks();
[[nodiscard]] std::span<const Check> pms_reading_checks();
[[nodiscard]] std::span<const Check> exporter_checks();

/// Foundations that many checks stand on.
inline constexpr std::string_view kOpens = "load/opens";
inline constexpr std::string_view kAnswers = "entry/answers";
inline constexpr std::string_view kCreates = "lifecycle/create-destroy";
inline constexpr std::string_view kComplete = "lifecycle/table-complete";
inline constexpr std::string_view kWorks = "kind/ordinary-calls-return";
inline constexpr std::string_view kApart = "load/copies-are-independent";
inline constexpr std::string_view kSchema = "config/schema-usable";

}  // namespace agente::conformance
