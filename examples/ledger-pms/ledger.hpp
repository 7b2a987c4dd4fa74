#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <agente/sdk.hpp>

/// A booking as it stands in the ledger.
struct Line {
  agente::booking booking = {};
  std::vector<std::string> change_keys = {};  ///< changes that were made already
  std::uint64_t sequence = 0;                 ///< grows with every change of any line
};

/// The hotel's bookings: one value in the host's kv, written only if nobody has written it since it was read. So two
/// calls, or two versions of the plugin, cannot sell the last room twice, and a crash leaves all or nothing.
///
/// One value is at most 1 MiB: some 2,000 bookings. A PMS for more would keep a value per month.
class Ledger {
 public:
  explicit Ledger(agente::host host) : host_(host) {}

  /// In the order in which they were made.
  [[nodiscard]] std::vector<Line> read() const;

  /// `decide(lines)` changes the lines, and returns the index of the one to hand out; it is asked again when another
  /// writer was faster. What it throws leaves the ledger as it was. The line's sequence and time are set here.
  agente::booking write(const std::function<std::size_t(std::vector<Line>&)>& decide);

 private:
  agente::host host_;
};
