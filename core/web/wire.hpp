#pragma once

#include <string>
#include <string_view>

#include "web/http.hpp"

namespace agente::web {

/// What the head of an answer says beside the answer itself.
struct Envelope {
  bool keep_alive = true;
  bool old_client = false;
  std::string_view request_id{};
};

/// Replaces `out` by the status line and header lines up to and including the empty line. Control characters in values
/// become blanks, so that no text from outside can add a line.
void write_head(const Response& response, const Envelope& envelope, std::string& out);

/// 204 and 304 have none.
[[nodiscard]] bool may_have_body(int status);

/// 16 hex digits, different for every request of every process; no secret.
[[nodiscard]] std::string new_request_id();

}  // namespace agente::web
