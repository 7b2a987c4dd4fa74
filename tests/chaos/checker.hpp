#pragma once

#include <string>
#include <vector>

#include "record.hpp"

namespace agente::chaos {

/// One thing that went wrong, in words for whoever has to find out why.
struct Finding {
  enum class Kind {
    kNotAcknowledged,   ///< the provider never got its 200
    kLostMessage,       ///< a message that was acknowledged has no reply
    kSaidTwice,         ///< a reply that no message of the guest asked for
    kWrongOrder,        ///< replies in another order than the guest's messages
    kUnreportedRepeat,  ///< one message was sent twice, and the host does not say so
    kNoBooking,
    kDoubledBooking,
    kWrongBooking,
    kCrash,
  };
  Kind kind;
  std::string guest;  ///< empty: nobody's in particular
  std::string expected;
  std::string seen;
};

[[nodiscard]] const char* name_of(Finding::Kind kind);

/// Compares what happened with what every guest should have got: each message acknowledged and replied to, once and in
/// order; one live booking as he wished it and was told it; a message that was sent twice shown as such by the host.
/// Empty: all is well. Knows nothing of hosts and stores; a pure function.
[[nodiscard]] std::vector<Finding> check(const Record& record);

/// What a text of the hotel is to a guest. Guests, too, go by it.
enum class Reply { kAsksName, kSummary, kConfirmation, kNotNow, kPatience, kOther };
[[nodiscard]] Reply reply_of(const std::string& text);

}  // namespace agente::chaos
