#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "web/http.hpp"

namespace agente::web {

/// How the body and the connection go on after the head.
struct Framing {
  bool chunked = false;
  std::size_t length = 0;  ///< of the body, if not chunked
  bool keep_alive = true;
  bool old_client = false;  ///< HTTP/1.0
  bool expects_continue = false;

  [[nodiscard]] bool has_body() const { return chunked || length > 0; }
};

/// Reads a request line and header lines (`head`: everything before the empty line) into `request` and `framing`.
///
/// Strict where two readers could disagree about where a request ends, which is how requests are smuggled past a
/// proxy: bare line feeds, folded lines, doubled Host or Content-Length, or a length beside chunks are refused.
[[nodiscard]] std::optional<Refusal> parse_head(std::string_view head, std::size_t max_lines, Request& request,
                                                Framing& framing);

}  // namespace agente::web
