#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace agente::sim {

/// A kind of failure a simulator can play: its name and the moment at which it strikes.
struct FaultKind {
  std::string_view name;
  std::string_view moment;
};

/// One armed fault. Exactly one of `rate`, `next` and `every` says when it strikes.
struct FaultRule {
  std::string name;
  double rate = 0;          ///< probability of each occasion, 0..1
  std::uint64_t next = 0;   ///< the next so many occasions, then never again
  std::uint64_t every = 0;  ///< every so many-th occasion
  std::string on{};         ///< only this class of request; empty: the simulator's usual one
  std::string to{};         ///< only what is meant for this guest; empty: for anyone
  int status = 0;           ///< HTTP status instead of the fault's own
  int code = 0;             ///< the service's error code, where the fault has one
  std::optional<std::chrono::seconds> retry_after{};
  bool retry_after_as_date = false;
  std::optional<std::chrono::milliseconds> hold{};  ///< for how long, where the fault holds
};

/// The failures that are armed, and whether one strikes now.
///
/// With the same seed and the same occasions the same ones are struck, whatever else is armed: each fault draws from a
/// sequence of its own. Thread-safe.
class Faults {
 public:
  /// `kinds` must outlive this.
  Faults(std::uint64_t seed, std::span<const FaultKind> kinds) : seed_(seed), kinds_(kinds) {}

  /// Arms `rule`, in place of an earlier one of its name, class and guest; a rule that never strikes disarms. Returns
  /// why not, if it cannot.
  [[nodiscard]] std::optional<std::string> arm(FaultRule rule);

  /// The first armed fault of `moment` that strikes a request of class `on`, in the order they were armed; `to`: whom
  /// the request is meant for.
  [[nodiscard]] std::optional<FaultRule> strike(std::string_view moment, std::string_view on, std::string_view to = {});

  void clear();

 private:
  struct Armed {
    FaultRule rule;
    std::string_view moment;
    std::uint64_t seen = 0;
    std::mt19937_64 draw{};
  };
  [[nodiscard]] const FaultKind* kind_of(const FaultRule& rule) const;
  static bool is_meant(const Armed& armed, std::string_view moment, std::string_view on, std::string_view to);
  static bool strikes(Armed& armed);

  const std::uint64_t seed_;
  const std::span<const FaultKind> kinds_;
  std::mutex mutex_;
  std::vector<Armed> armed_;
};

/// Reads "name=rate" as the command line has it. Returns nothing when it does not read so.
std::optional<FaultRule> parse_fault(std::string_view text);

}  // namespace agente::sim
