#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <agente/sdk.hpp>

namespace webchat {

/// One line of a talk as it is kept.
struct Line {
  std::uint64_t n = 0;
  std::string from{};  ///< guest or hotel
  std::string text{};
  std::int64_t at_ms = 0;
  std::string name{};  ///< of the guest's: the id; of the hotel's: the host's key
};

/// The talk with one visitor, in the host's kv under "m/<visitor>/<n>", the last 200 lines. Holds nothing itself.
class Talk {
 public:
  /// Throws INVALID for a name too long to be kept.
  Talk(agente::host host, std::string_view visitor);

  /// Lines after `n`, in order.
  [[nodiscard]] std::vector<Line> after(std::uint64_t n) const;
  /// False when a line with its number is there already.
  [[nodiscard]] bool append(const Line& line) const;
  /// Stored together with what this call accepts.
  void stage(agente::call call, const Line& line) const;
  /// Drops the oldest of `lines`, which is all there is.
  void prune(const std::vector<Line>& lines) const;

 private:
  [[nodiscard]] std::string key(std::uint64_t n) const;

  agente::host host_;
  std::string prefix_;
};

}  // namespace webchat
