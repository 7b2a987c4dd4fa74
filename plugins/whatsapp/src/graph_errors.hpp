/// What a refusal by Meta's Graph API means for the message that was refused.
#pragma once

#include <string>
#include <string_view>

#include <agente/sdk.hpp>

namespace agente::whatsapp {

struct Refusal {
  error failure;                ///< to be thrown; names code, title and details
  std::string code = {};        ///< Graph's; empty for an answer that is not Graph's
  std::string subcode = {};     ///< may be empty
  std::string fbtrace_id = {};  ///< what Meta's support asks for; may be empty
};

struct Attempt {
  unsigned number = 1;  ///< of this message, from 1
  time_point now = {};  ///< against which a Retry-After date is read
  bool is_template = false;
};

inline constexpr std::string_view kNumbersThroughput = "130429";
inline constexpr std::string_view kMarketingStopped = "131050";

/// How far a refusal reaches.
enum class Gravity {
  kMessage,  ///< this message, or this guest, or a pause
  kUnknown,  ///< not in Meta's published list: this message for all we know, but somebody should look
  kWarning,  ///< replies go on, but Meta has begun to restrict the account
  kAccount,  ///< nothing goes through until a person has repaired something
};
/// Of one of Graph's codes, as statuses and answers name it.
[[nodiscard]] Gravity gravity_of(std::string_view code);
/// The message is refused because the guest has not written for too long.
[[nodiscard]] bool is_closed_window(std::string_view code);
/// By a status: the message did not arrive, and may be sent once more.
[[nodiscard]] bool may_come_again(std::string_view code);
/// Nobody is known to have this number; it may be known in another form.
[[nodiscard]] bool is_unknown_number(std::string_view code);
/// A limit of the number, the account or the app, which holds for every guest alike.
[[nodiscard]] bool is_limit_of_all(std::string_view code);
/// What the operator should do about a code; empty when the code says it all.
[[nodiscard]] std::string_view remedy_of(std::string_view code);

/// "Payment issue: add a means of payment": what Meta says of a code, and the remedy.
[[nodiscard]] std::string with_remedy(std::string said, std::string_view code);

/// Reads an answer that is not 2xx. Decides by Graph's code; the HTTP status is only looked at where there is none.
[[nodiscard]] Refusal read_refusal(const http_response& answer, const Attempt& attempt);

}  // namespace agente::whatsapp
