#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace agente::conformance {

enum class Verdict : std::uint8_t { kPass, kWarn, kFail, kCrash, kTimeout, kSkip };

/// "pass", "warn", "fail", "crash", "timeout", "skip".
[[nodiscard]] std::string_view verdict_name(Verdict verdict);
/// The plugin does not conform: failed, crashed or did not come back.
[[nodiscard]] bool is_failure(Verdict verdict);

/// What a check found: what was seen, and what to do about it.
struct Finding {
  Verdict verdict = Verdict::kPass;
  std::string text;
};

[[nodiscard]] inline Finding pass(std::string text) { return {Verdict::kPass, std::move(text)}; }
[[nodiscard]] inline Finding warn(std::string text) { return {Verdict::kWarn, std::move(text)}; }
[[nodiscard]] inline Finding fail(std::string text) { return {Verdict::kFail, std::move(text)}; }
[[nodiscard]] inline Finding skip(std::string text) { return {Verdict::kSkip, std::move(text)}; }

/// Thrown by what checks share, when there is nothing left to look at; the runner's child catches it.
struct Settled {
  Finding finding;
};

}  // namespace agente::conformance
