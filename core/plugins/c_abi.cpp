#include "plugins/c_abi.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "base/text.hpp"

namespace agente::plugins::abi {
namespace {

bool is_clean(std::string_view text) { return clean_utf8(text) == text; }

/// At most `limit` bytes, never half a character.
std::string_view cut(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) --limit;
  return text.substr(0, limit);
}

}  // namespace

std::optional<std::string_view> view(agente_str text, std::size_t limit) {
  if (text.len == 0) return std::string_view();
  if (text.ptr == nullptr || text.len > limit) return std::nullopt;
  return std::string_view(text.ptr, text.len);
}

std::optional<std::string_view> view(agente_bytes piece, std::size_t limit) {
  return view(agente_str{reinterpret_cast<const char*>(piece.ptr), piece.len}, limit);
}

std::optional<std::string> text(agente_str from, std::size_t limit) {
  const auto seen = view(from, limit);
  if (!seen || !is_clean(*seen)) return std::nullopt;
  return std::string(*seen);
}

agente_status fail(agente_error* err, const Error& error) {
  if (err != nullptr && err->struct_size >= sizeof(agente_error)) {
    const auto said = cut(error.text, sizeof err->text);
    err->code = status_of(error.code);
    err->retry_after_ms = error.retry_after ? static_cast<std::uint32_t>(error.retry_after->count()) : 0;
    err->text_len = static_cast<std::uint32_t>(said.size());
    std::memcpy(err->text, said.data(), said.size());
  }
  return status_of(error.code);
}

agente_error fresh_error() {
  agente_error err{};
  err.struct_size = sizeof err;
  return err;
}

bool is_known(agente_status status) { return status >= AGENTE_OK && status <= AGENTE_E_INTERNAL; }

Error to_error(agente_status status, const agente_error& err, std::string_view plugin) {
  if (!is_known(status)) {
    return {Code::kInternal, fmt::format("plugin {} answered with status {}, which does not exist", plugin, status)};
  }
  Error error{static_cast<Code>(status), {}, {}};
  error.text = clean_utf8({err.text, std::min<std::size_t>(err.text_len, sizeof err.text)});
  if (error.text.empty()) error.text = fmt::format("plugin {} gave no reason", plugin);
  const bool may_wait = error.code == Code::kRetry || error.code == Code::kRate;
  if (may_wait && err.retry_after_ms != 0) error.retry_after = std::chrono::milliseconds(err.retry_after_ms);
  return error;
}

agente_status TextSink::write(void* ctx, agente_bytes piece) noexcept {
  auto& self = *static_cast<TextSink*>(ctx);
  try {
    const auto seen = view(piece, self.limit_ - self.text_.size());
    self.broken_ |= !seen;
    if (!seen) return AGENTE_E_INVALID;
    self.text_ += *seen;
    return AGENTE_OK;
  } catch (...) {
    return AGENTE_E_INTERNAL;
  }
}

Result<std::string> TextSink::take(std::string_view what) {
  if (broken_ || !is_clean(text_)) {
    return Error{Code::kInternal,
                 fmt::format("the plugin wrote a {} that is malformed or longer than {} bytes", what, limit_)};
  }
  return std::move(text_);
}

agente_status put(const agente_sink* sink, std::string_view text) {
  if (sink == nullptr || sink->write == nullptr) return AGENTE_E_INVALID;
  return sink->write(sink->ctx, bytes(text));
}

}  // namespace agente::plugins::abi
