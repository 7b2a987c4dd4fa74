/// How our numbers stand with Meta, as far as it tells besides answering a send.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <agente/sdk.hpp>

#include "graph_errors.hpp"
#include "notice_board.hpp"
#include "webhook_body.hpp"

namespace agente::whatsapp {

/// Meta takes a message and refuses it later, by a status; and it warns of too much spam. Who only looks at answers
/// goes on sending into the void. So a number is halted when a status says that all will fail: one message each five
/// minutes still goes, and the first that gets through ends the halt. All numbers are halted in the same way while a
/// notice says that the account is disabled. Thread-safe; what statuses told is forgotten with the generation, so that
/// a reload tries at once, notices are not.
class Standing {
 public:
  explicit Standing(host services)
      : host_(services), board_(services), began_(std::chrono::floor<std::chrono::seconds>(services.now())) {}

  /// Throws AUTH with the reason while the number is halted, but for the message that tries it; CONFLICT for a template
  /// within a day of Meta's warning that guests report the number's messages, or while a notice forbids them.
  void admit(const outbound& message);
  /// What became of a message of ours.
  void note(const DeliveryStatus& status, call here);
  /// What Meta says of the account, a number or a template: bad news are an alarm until their end, or until better ones
  /// of the same come. What is older than the last of the same says nothing.
  void note(const Notice& notice, call here);
  /// Trouble of a whole number that Meta reports by itself; an alarm where it reaches further than a pause.
  void note(const AccountReport& report, call here);
  /// What the self-test has found: an account that answers with all its numbers connected is no more disabled.
  void note(const std::vector<check>& checks);
  /// The answer to a send. Raises the alarm where Meta warns of more than this message, or says what it never said.
  void note_refusal(std::string_view account, const Refusal& refusal, call here);

  /// A field that Meta's reference does not have, or did not have.
  void note_unknown(const std::string& field, call here);

  /// The stage of the self-test: what was said in the last day and is not over.
  [[nodiscard]] check stage();

  /// The host has refused what came for this number: it belongs to somebody else. What names none is nobody's.
  void note_stranger(const std::string& account, call here);
  [[nodiscard]] bool is_stranger(const std::string& account) const;

 private:
  struct Halt {
    std::string reason = {};
    time_point since = {};
    time_point next_try = {};
    std::string tried_with = {};  ///< key of the message that tries
    bool by_notice = false;       ///< ends with the notice
  };
  struct Alarm {
    std::string reason;
    time_point at = {};
  };
  using Subject = std::pair<std::string, std::string>;  ///< number and code, or what a notice is about and its event

  void refuse_template(std::string_view account, time_point now) const;
  void follow_notice(const std::string& account, const std::optional<NoticeBoard::Posted>& held);
  [[nodiscard]] bool is_of_ours_since_began(const DeliveryStatus& failure) const;
  [[nodiscard]] bool has_succeeded_since(const DeliveryStatus& failure) const;
  void halt(const DeliveryStatus& status, std::string reason);
  void note_success(const DeliveryStatus& status, call here);
  void end_halt(const DeliveryStatus& status, call here);
  void raise(std::string_view account, std::string_view code, const std::string& reason, call here);
  void tell(const Subject& of, const std::string& reason, call here);
  [[nodiscard]] bool is_due(const Subject& of);

  host host_;
  NoticeBoard board_;
  const time_point began_;  // by the second, as statuses tell it
  mutable std::mutex mutex_;
  std::map<std::string, time_point, std::less<>> last_sent_;  // by number: when Meta last accepted and sent one
  std::map<std::string, Halt, std::less<>> halts_;            // by number
  std::map<Subject, Alarm> alarms_;
  std::map<Subject, time_point> logged_;
  std::set<std::string, std::less<>> strangers_;
};

}  // namespace agente::whatsapp
