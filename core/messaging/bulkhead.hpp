#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace agente::messaging {

/// Keeps one hotel whose PMS hangs from taking all workers away from the others: of each hotel only so many turns are
/// at its PMS at a time. Thread-safe.
class Bulkhead {
 public:
  static constexpr int kLeast = 4;  ///< of each hotel, however many there are

  explicit Bulkhead(int workers) : workers_(workers) {}

  /// Gives the place back at its end; must not outlive the bulkhead.
  class Place {
   public:
    Place(Bulkhead& of, std::string hotel) : of_(of), hotel_(std::move(hotel)) {}
    ~Place() { of_.leave(hotel_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    Bulkhead& of_;
    const std::string hotel_;
  };

  /// A place at the PMS of one of `hotels` that share the workers. Null: all that the hotel may have are taken; come
  /// again. Never waits.
  [[nodiscard]] std::unique_ptr<Place> enter(const std::string& hotel, std::size_t hotels);

 private:
  void leave(const std::string& hotel);

  const int workers_;
  std::mutex mutex_;
  std::map<std::string, int> inside_;
};

}  // namespace agente::messaging
