/// Guests who want no advertisements.
#pragma once

#include <string_view>

#include <agente/sdk.hpp>

namespace agente::whatsapp {

/// A guest may stop a business' marketing and let it go on again; Meta tells so, or refuses what is sent all the same.
/// Kept in kv, with values that name the guest, so that erasing him finds them. Thread-safe.
class MarketingStops {
 public:
  explicit MarketingStops(host services) : host_(services) {}

  /// `guest`, by his sender, has stopped it, or lets it go on. Never throws for a store that is down: Meta refuses the
  /// next one, too.
  void note_stop(std::string_view guest, bool stopped) const;
  [[nodiscard]] bool has_stopped(std::string_view guest) const;

 private:
  host host_;
};

}  // namespace agente::whatsapp
