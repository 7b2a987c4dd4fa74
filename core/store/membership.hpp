#pragma once

#include <functional>

#include "base/clock.hpp"
#include "store/parts.hpp"

namespace agente::store {

/// This host's place among those that work on one store: which parts of the guests are its own. Thread-safe.
class Membership {
 public:
  /// What the house is told, by a thread of the membership.
  struct Told {
    std::function<void(Parts)> hold;   ///< work for these from here on, and for no others
    std::function<bool(Parts)> rests;  ///< whether nothing of these is under way
    std::function<void()> look;        ///< other hosts may have written: look into the store again
  };

  virtual ~Membership() = default;
  /// Those that it works for at this moment.
  [[nodiscard]] virtual Parts held() const = 0;
  /// Gives everything to the others, once nothing is under way any more. Idempotent.
  virtual void leave() = 0;
};

/// The only host of an embedded store.
class SoleHost final : public Membership {
 public:
  explicit SoleHost(const Told& told) { told.hold(kAllParts); }
  [[nodiscard]] Parts held() const override { return kAllParts; }
  void leave() override {}
};

}  // namespace agente::store
