/// How our numbers stand with Meta, as far as it tells besides answering a send.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <agente/sdk.hpp>

#include "webhook_body.hpp"

namespace agente::whatsapp {

/// Meta takes a message and refuses it later, by a status; and it warns of too much spam. Who only looks at answers
/// goes on sending into the void. So a number is halted when a status says that all will fail: one message each five
/// minutes still goes, and the first that gets through ends the halt. Thread-safe; forgotten with the generation, so
/// that a reload tries at once.
class Standing {
 public:
  explicit Standing(host services)
      : host_(services), began_(std::chrono::floor<std::chrono::seconds>(services.now())) {}

  /// Throws AUTH with the reason while the number is halted, but for the message that tries it; INVALID for a template
  /// within a day of Meta's warning that guests report the number's messages.
  void admit(const outbound& message);
  /// What became of a message of ours.
  void note(const DeliveryStatus& status, call here);
  /// What Meta says of the account, a number or a template: bad news are an alarm until better ones of the same come.
  void note(const Notice& notice, call here);
  /// The answer to a send. Raises the alarm where Meta warns of more than this message.
  void note_refusal(std::string_view account, std::string_view code, std::string_view reason, call here);

  /// The stage of the self-test: what was said in the last day and is not over.
  [[nodiscard]] check stage() const;

 private:
  struct Halt {
    std::string reason = {};
    time_point since = {};
    time_point next_try = {};
    std::string tried_with = {};  ///< key of the message that tries
  };
  struct Alarm {
    std::string reason;
    time_point at = {};
    time_point logged = {};
  };

  void refuse_template(std::string_view account, time_point now) const;
  [[nodiscard]] bool tells_of_now(const DeliveryStatus& failure) const;
  void halt(const DeliveryStatus& status, std::string reason);
  void note_success(const DeliveryStatus& status, call here);
  void end_halt(const DeliveryStatus& status, call here);
  void raise(std::string_view account, std::string_view code, const std::string& reason, call here);

  host host_;
  const time_point began_;  // by the second, as statuses tell it
  mutable std::mutex mutex_;
  std::map<std::string, time_point, std::less<>> last_sent_;     // by number: when Meta last accepted and sent one
  std::map<std::string, Halt, std::less<>> halts_;               // by number
  std::map<std::pair<std::string, std::string>, Alarm> alarms_;  // by number and code, or by what a notice is about
};

}  // namespace agente::whatsapp
