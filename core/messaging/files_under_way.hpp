#pragma once

#include <map>
#include <mutex>
#include <optional>

#include "base/clock.hpp"
#include "store/records.hpp"

namespace agente::messaging {

/// A provider carries words faster than pictures. What follows a file waits until the guest has that, five seconds at
/// most: "this is your room" is not to come before the picture. Thread-safe.
class FilesUnderWay {
 public:
  explicit FilesUnderWay(const Clock& clock) : clock_(clock) {}

  /// The provider has just taken `message`; remembered if it is a file.
  void note_sent(const store::Outbound& message);
  /// What became of `message` is known: nobody waits for it any longer.
  void note_end(const store::Outbound& message);
  /// Until when `message` waits for a file before it; nothing: for none.
  [[nodiscard]] std::optional<Steady> rest_of(const store::Outbound& message);

 private:
  struct File {
    store::Id id = 0;
    Steady until;
  };
  const Clock& clock_;
  std::mutex mutex_;
  std::map<store::GuestKey, File> files_;  ///< the last one of each guest
};

}  // namespace agente::messaging
