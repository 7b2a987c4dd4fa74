#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "simulators/common/faults.hpp"
#include "simulators/common/journal.hpp"
#include "simulators/whatsapp/mixer.hpp"
#include "simulators/whatsapp/options.hpp"
#include "simulators/whatsapp/parcel.hpp"
#include "simulators/whatsapp/report.hpp"

namespace agente::sim::whatsapp {

/// Posts signed events to the webhook and, like Meta, tries again until it says 200: at once, then with growing gaps
/// for up to 7 days of the simulator's clock. Thread-safe. The destructor gives up what waits and waits for attempts
/// under way.
class Courier {
 public:
  struct Target {
    std::string url, app_secret;
    std::string old_secret{};                      ///< signs where the fault webhook_old_secret strikes
    std::map<std::string, std::string> numbers{};  ///< the url of each business number that has its own

    [[nodiscard]] const std::string& url_for(const std::string& number) const;
  };
  /// What it tells of its posts.
  struct Books {
    Journal& journal;
    Report& report;
  };

  Courier(const Options& options, const Now& now, Books books, Faults& faults);
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  /// Where to post from now on; throws std::invalid_argument unless each is an http:// URL or empty.
  void aim(Target target);
  [[nodiscard]] Target target() const;
  /// Whether what is about this number is posted anywhere.
  [[nodiscard]] bool goes_out(const std::string& number) const { return !target().url_for(number).empty(); }

  /// Posts now, on this thread; a failure is tried again in the background unless `retry` is false.
  Answer post(const Parcel& parcel, bool retry = true);
  /// Mixes from now on, or no longer; what is gathered goes.
  void mix(Mix mix);
  /// Posts in the background, with others if it mixes.
  void hand_in(Parcel parcel);
  [[nodiscard]] bool mixes() const { return mixer_.mix().on(); }
  /// Posts one after the other in the background, `gap` before each.
  void send(std::deque<Parcel> parcels, std::chrono::milliseconds gap);
  /// What waits is due so much earlier: the simulator's clock was set ahead.
  void hurry(std::chrono::seconds time);
  /// Forgets all that waits and what comes of attempts under way, and mixes as the options say.
  void clear();

 private:
  using Moment = std::chrono::steady_clock::time_point;
  /// How things stood as a trip was sent out.
  struct Departure {
    std::chrono::seconds ahead{0};  ///< how far the clock was set ahead
    std::uint64_t resets = 0;
  };
  struct Trip {
    std::deque<Parcel> parcels;
    std::chrono::milliseconds gap{0};
    int attempt = 1;                                ///< of the first parcel
    std::chrono::system_clock::time_point began{};  ///< its first attempt, by the simulator's clock
    bool mixed = false;                             ///< already
    std::optional<Departure> left{};                ///< when it was last sent out
  };
  void work(std::stop_token stop);
  void wait_in_line(std::chrono::milliseconds gap, Trip trip);
  void give_up_the_last();
  [[nodiscard]] Departure departure() const;
  void carry(Trip trip);
  void post_gathered();
  void try_again(Trip trip, std::chrono::system_clock::time_point tried);
  void give_up(const Parcel& parcel, const Departure& left);
  Answer attempt(const Parcel& parcel, int number, const Departure& left);
  int exchange(const Parcel& parcel);
  void log(const Parcel& parcel, int number, const Answer& answer);

  const Options& options_;
  const Now& now_;
  const Books books_;
  Faults& faults_;
  Mixer mixer_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  Target target_;
  std::multimap<Moment, Trip> line_;  ///< by when they are due, which counts what the clock was set ahead
  std::chrono::seconds ahead_{0};     ///< in all
  std::uint64_t resets_ = 0;
  std::vector<std::jthread> workers_;  // last: they use all of the above
};

}  // namespace agente::sim::whatsapp
