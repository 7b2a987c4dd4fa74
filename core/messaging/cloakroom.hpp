#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.hpp"
#include "messaging/media_files.hpp"
#include "messaging/once_a_minute.hpp"
#include "plugins/channel.hpp"
#include "store/media.hpp"
#include "store/store.hpp"

namespace agente::messaging {

/// Keeps what guests send: pictures, documents, voice notes. The intake writes down which are wanted, with the message;
/// they are fetched here, one after the other, tried again for 7 days and removed when the message goes or its guest
/// is forgotten. Several hosts on one store and folder may do so side by side. Thread-safe.
///
/// A file is on the disk before its row says so, and off the disk before its row goes: killed in between, an attempt is
/// made again and clears away what the last one left.
class Cloakroom {
 public:
  struct Settings {
    std::filesystem::path folder;
    std::size_t max_bytes = std::size_t{16} << 20U;
  };
  /// Null for a channel that is not there.
  using FindChannel = std::function<plugins::Channel*(const std::string& id)>;
  static constexpr std::chrono::hours kGivesUpAfter{7 * 24};  ///< providers keep them no longer
  static constexpr std::chrono::minutes kAttempt{3};          ///< after which another host may try
  static constexpr std::chrono::seconds kLooksEvery{15};

  /// `duty`: whether it is for this host to do, where several share store and folder; none: always.
  Cloakroom(store::Store& store, const Clock& clock, Settings settings, FindChannel find,
            std::function<bool()> duty = {});
  ~Cloakroom() = default;
  Cloakroom(const Cloakroom&) = delete;
  Cloakroom& operator=(const Cloakroom&) = delete;

  void start();
  /// Begins nothing new; the destructor waits for what is under way.
  void stop();
  /// A file may be wanted, or must go.
  void wake();

  struct File {
    store::media::Row about;
    std::string bytes;
  };
  /// kNotFound: the message brought none, or it is not there; its state and reason are in the text.
  [[nodiscard]] Result<File> open(store::Id message) const;

 private:
  void run(const std::stop_token& stop);
  bool wait(const std::stop_token& stop, Steady moment);
  void work(const std::stop_token& stop);
  bool claim(store::media::Row& row);
  void clear_away(const store::media::Row& row);
  void fetch(store::media::Row& row);
  Result<plugins::Media> ask_for(const store::media::Row& row);
  void take(store::media::Row& row, plugins::Media media);
  void refuse(store::media::Row& row, const Error& error);
  void settle(const store::media::Row& row);

  store::Store& store_;
  const Clock& clock_;
  const Settings settings_;
  const MediaFiles files_;
  const FindChannel find_;
  const std::function<bool()> duty_;
  OnceAMinute complaints_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool news_ = true;     ///< what an earlier process left
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace agente::messaging
