#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include <agente/abi.h>

#include "plugins/c_abi.hpp"
#include "plugins/isolation/link.hpp"
#include "plugins/isolation/operations.hpp"

/// The status and error at the end of an answer or reply.
namespace agente::plugins::isolation {

/// Text that comes with an error is cut at this by plugin-api.
inline constexpr std::size_t kErrorText = sizeof(agente_error::text);

inline void put_outcome(FrameWriter& out, agente_status status, const agente_error& err) {
  out.number(tag::kStatus, status);
  if (status == AGENTE_OK) return;
  out.number(tag::kRetryAfter, err.retry_after_ms);
  out.text(tag::kErrorText, std::string_view(err.text, std::min<std::size_t>(err.text_len, kErrorText)));
}

/// Puts the error of a letter into `err`, which may be NULL, and gives the status. A malformed letter condemns `in`.
inline agente_status take_outcome(Fields& in, agente_error* err) {
  const auto status = in.number<agente_status>(tag::kStatus);
  if (status == AGENTE_OK || err == nullptr || err->struct_size < sizeof(agente_error)) return status;
  err->code = status;
  err->retry_after_ms = in.number<std::uint32_t>(tag::kRetryAfter);
  const auto text = in.text(tag::kErrorText).substr(0, kErrorText);
  err->text_len = static_cast<std::uint32_t>(text.size());
  text.copy(err->text, text.size());
  return status;
}

}  // namespace agente::plugins::isolation
