/// Meta's bad news that are not over.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <agente/sdk.hpp>

#include "notices.hpp"

namespace agente::whatsapp {

/// Bad news hang here until Meta's day for their end, or for 24 hours where it names none, or until good news of the
/// same topic come. Kept in kv, so that they outlive a reload and every host sees them, within 5 seconds. What Meta
/// said last of a topic, good or bad, is kept there too: it repeats notices for days, in any order. Thread-safe.
///
///     notice/<digest of about and topic> = what hangs, as JSON
///     heard/<the same digest> = "<ms since 1970> <what was said>"
class NoticeBoard {
 public:
  struct Posted {
    std::string key = {};  ///< of kv
    std::string about = {};
    std::string topic = {};
    std::string reason = {};  ///< "ACCOUNT_RESTRICTION: RESTRICTED_…, until 2026-09-20"
    Hold hold = Hold::kNone;
    time_point told = {};
    time_point ends = {};
  };

  explicit NoticeBoard(host services) : host_(services) {}

  /// Hangs up bad news and takes down what good ones end. False: it was heard before, or newer ones of the same topic
  /// were, and nothing is done. Durable on return; throws RETRY when the store is down.
  bool post(const Notice& notice);
  /// What hangs now. While the store is down, what hung when it was last read.
  [[nodiscard]] std::vector<Posted> open();
  /// The gravest of it, if it holds anything.
  [[nodiscard]] std::optional<Posted> holding();
  /// Takes down what holds everything, as messages go out: told with a topic of `topics`, or all if there are none.
  void take_down_holds(const std::vector<std::string_view>& topics = {});

 private:
  void hang(const std::string& key, const Notice& notice, const std::string& reason);
  [[nodiscard]] std::shared_ptr<const std::vector<Posted>> board();
  void take_down(const std::string& key, std::uint64_t revision = kv_any);
  void read_again();

  host host_;
  std::mutex mutex_;
  std::shared_ptr<const std::vector<Posted>> board_;
  time_point read_ = {};
};

}  // namespace agente::whatsapp
