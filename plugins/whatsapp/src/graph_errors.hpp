/// What a refusal by Meta's Graph API means for the message that was refused.
#pragma once

#include <string>

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
};

/// Reads an answer that is not 2xx. Decides by Graph's code; the HTTP status is only looked at where there is none.
[[nodiscard]] Refusal read_refusal(const http_response& answer, const Attempt& attempt);

}  // namespace agente::whatsapp
