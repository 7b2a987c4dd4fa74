#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <random>
#include <vector>

#include "simulators/whatsapp/parcel.hpp"

namespace agente::sim::whatsapp {

/// How webhooks are mixed on their way. As it is by default nothing is.
struct Mix {
  std::size_t batch = 1;                  ///< the most events in one body; each body's number is drawn
  double duplicates = 0;                  ///< of this share of the bodies a second one comes, at the same time or later
  bool reorder = false;                   ///< what waits together goes in any order
  std::chrono::milliseconds gather{100};  ///< for so long events are gathered
  [[nodiscard]] bool on() const { return batch > 1 || duplicates > 0 || reorder; }
};

/// Gathers webhooks and lets them go in other company, another order, and twice: drawn from a seed. A body of several
/// has several entries, several changes, or several messages or statuses in one change, as at Meta. Thread-safe.
class Mixer {
 public:
  explicit Mixer(std::uint64_t seed) : seed_(seed), draw_(seed) {}

  /// The draws begin anew.
  void set(Mix mix);
  [[nodiscard]] Mix mix() const;

  /// True: it is the first that waits.
  bool add(Parcel parcel);
  /// Whether two may come in one body.
  using Fit = std::function<bool(const Parcel&, const Parcel&)>;
  /// All that was added, in the order in which it is to be posted.
  std::vector<Parcel> take(const Fit& fit = [](const Parcel&, const Parcel&) { return true; });
  void clear();

 private:
  std::size_t draw(std::size_t below);
  bool strikes(double rate);
  std::vector<Parcel> in_batches(const std::vector<Parcel>& parcels, const Fit& fit);

  const std::uint64_t seed_;
  mutable std::mutex mutex_;
  Mix mix_;
  std::mt19937_64 draw_;
  std::vector<Parcel> waiting_;
};

}  // namespace agente::sim::whatsapp
