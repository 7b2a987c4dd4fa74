#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "messaging/meter.hpp"
#include "plugins/channel.hpp"
#include "store/store.hpp"

namespace agente::messaging {

/// The durable door: what a channel staged is committed here, and only then may the provider be answered. Thread-safe;
/// many callers share one commit.
class Intake {
 public:
  struct Told {
    std::function<void()> message_came;                           ///< something new to be understood
    std::function<void(const store::Outbound&)> receipt_changed;  ///< a message of ours went on, or failed
  };

  Intake(store::Store& store, const Clock& clock, Meter& meter, Told told);

  struct Accepted {
    int fresh = 0;       ///< messages seen for the first time
    int duplicates = 0;  ///< known already; answered 200 all the same
    int receipts = 0;
  };
  /// kRetry when it cannot be made durable now: answer 503, the provider comes again.
  Result<Accepted> commit(const std::string& channel, const plugins::Staged& staged, std::string_view trace);

 private:
  store::Store& store_;
  const Clock& clock_;
  Meter& meter_;
  Told told_;
};

}  // namespace agente::messaging
