#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "simulators/common/faults.hpp"
#include "simulators/common/journal.hpp"
#include "simulators/whatsapp/options.hpp"

namespace agente::sim::whatsapp {

/// One webhook body on its way, and what the log says of it.
struct Parcel {
  std::string event;  ///< "message", "status" or "raw"
  std::string id{};   ///< of the message it is about
  std::string guest{};
  std::string text{};   ///< of a message
  std::string state{};  ///< of a status
  std::string body{};   ///< the exact bytes
};

/// What the webhook said to one attempt.
struct Answer {
  int status = 0;       ///< 0: no HTTP answer
  std::string error{};  ///< why there is none
  std::chrono::milliseconds latency{0};
  [[nodiscard]] bool ok() const { return status == 200; }
};

/// Posts signed events to the webhook and, like Meta, tries again until it says 200: at once, then with growing gaps
/// for up to 7 days. Thread-safe. The destructor gives up what waits and waits for attempts under way.
class Courier {
 public:
  struct Target {
    std::string url, app_secret;
  };

  Courier(const Options& options, Journal& journal, Faults& faults);
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  /// Where to post from now on; throws std::invalid_argument unless it is an http:// URL or empty.
  void aim(Target target);
  [[nodiscard]] Target target() const;

  /// Posts now, on this thread; a failure is tried again in the background unless `retry` is false.
  Answer post(const Parcel& parcel, bool retry = true);
  /// Posts one after the other in the background, `gap` before each.
  void send(std::deque<Parcel> parcels, std::chrono::milliseconds gap);
  /// Forgets all that waits.
  void clear();

 private:
  using Moment = std::chrono::steady_clock::time_point;
  struct Trip {
    std::deque<Parcel> parcels;
    std::chrono::milliseconds gap{0};
    int attempt = 1;  ///< of the first parcel
    Moment began{};   ///< its first attempt
  };
  void work(std::stop_token stop);
  void wait_in_line(Moment due, Trip trip);
  void carry(Trip trip);
  void try_again(Trip trip);
  Answer attempt(const Parcel& parcel, int number);
  void log(const Parcel& parcel, int number, const Answer& answer);

  const Options& options_;
  Journal& journal_;
  Faults& faults_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  Target target_;
  std::multimap<Moment, Trip> line_;
  std::vector<std::jthread> workers_;  // last: they use all of the above
};

}  // namespace agente::sim::whatsapp
