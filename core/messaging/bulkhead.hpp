#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.hpp"

namespace agente::messaging {

/// Keeps one that hangs, a hotel's PMS or a channel's provider, from taking all workers away from the others: only so
/// many are at it at a time. Thread-safe.
class Bulkhead {
 public:
  static constexpr int kLeast = 4;  ///< at each, however many there are

  explicit Bulkhead(int workers) : workers_(workers) {}

  /// Gives the place back at its end; must not outlive the bulkhead.
  class Place {
   public:
    Place(Bulkhead& of, std::string at) : of_(of), at_(std::move(at)) {}
    ~Place() { of_.leave(at_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    Bulkhead& of_;
    const std::string at_;
  };

  /// A place at one of `sharing` who share the workers. Null: all that it may have are taken; come again. Never waits.
  [[nodiscard]] std::unique_ptr<Place> enter(const std::string& at, std::size_t sharing);

  /// For how long who was turned away there should stay away: thousands that wait for one which hangs are not to keep
  /// the workers busy with asking.
  [[nodiscard]] Millis until_a_place(const std::string& at);

 private:
  void leave(const std::string& at);

  struct Guests {
    int inside = 0;
    int turned_away = 0;  // lately
  };

  const int workers_;
  std::mutex mutex_;
  std::map<std::string, Guests> at_;
};

}  // namespace agente::messaging
