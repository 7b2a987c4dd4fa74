/// Guests who want no advertisements.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <agente/sdk.hpp>

namespace agente::whatsapp {

/// A guest may stop a business' marketing and let it go on again; Meta tells so, or refuses what is sent all the same.
/// Kept in kv below stop/<guest>, by which erasing him finds it, with the time it was told at: what Meta repeats for
/// days does not undo what the guest has wished since. Thread-safe.
class MarketingStops {
 public:
  explicit MarketingStops(host services) : host_(services) {}

  /// `guest`, by his sender, has stopped it, or lets it go on, as was told at that time (0: unknown). Never throws for
  /// a store that is down: Meta refuses the next one, too.
  void note_stop(std::string_view guest, bool stopped, time_point told) const;
  [[nodiscard]] bool has_stopped(std::string_view guest) const;

 private:
  [[nodiscard]] bool put(const std::string& key, bool stopped, std::int64_t at_ms) const;

  host host_;
};

}  // namespace agente::whatsapp
