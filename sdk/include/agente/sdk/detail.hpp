/// Between C++ and the C ABI. For the SDK itself, not for plugins.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include <agente/abi.h>
#include <agente/sdk/error.hpp>

namespace agente::detail {

constexpr agente_str str(std::string_view text) noexcept { return {text.data(), text.size()}; }
inline agente_bytes bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
constexpr std::string_view view(agente_str text) noexcept {
  return text.ptr ? std::string_view{text.ptr, text.len} : std::string_view{};
}
inline std::string_view view(agente_bytes data) noexcept {
  return data.ptr ? std::string_view{reinterpret_cast<const char*>(data.ptr), data.len} : std::string_view{};
}
inline std::string copy(agente_str text) { return std::string{view(text)}; }

/// A record as far as its writer knows it; the rest is zero.
template <class Record>
Record read(const Record* from) noexcept {
  Record record{};
  if (from) std::memcpy(&record, from, std::min<std::size_t>(from->struct_size, sizeof(Record)));
  return record;
}

/// An empty record that says how large it is.
template <class Record>
constexpr Record sized() noexcept {
  Record record{};
  record.struct_size = sizeof(Record);
  return record;
}

/// At most `limit` bytes of `text`, never cutting a UTF-8 character.
constexpr std::string_view cut(std::string_view text, std::size_t limit) noexcept {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) --limit;
  return text.substr(0, limit);
}

constexpr std::uint32_t to_u32(std::int64_t value) noexcept {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(value, 0, std::numeric_limits<std::uint32_t>::max()));
}

/// Fills as much of `*err` as its owner has; NULL is allowed. Returns `code`.
inline agente_status report(agente_error* err, agente_status code, std::string_view text,
                            std::chrono::milliseconds retry_after = {}) noexcept {
  if (!err || err->struct_size < offsetof(agente_error, text)) return code;
  text = cut(text, std::min<std::size_t>(sizeof err->text, err->struct_size - offsetof(agente_error, text)));
  err->code = code;
  err->retry_after_ms = to_u32(retry_after.count());
  err->text_len = static_cast<std::uint32_t>(text.size());
  if (!text.empty()) std::memcpy(err->text, text.data(), text.size());
  return code;
}

/// Runs `body`, which returns an agente_status, and turns whatever it throws into a code and a text.
template <class Body>
agente_status guarded(agente_error* err, Body&& body) noexcept {
  try {
    return body();
  } catch (const error& e) {
    return report(err, e.code(), e.what(), e.retry_after());
  } catch (const std::exception& e) {
    return report(err, AGENTE_E_INTERNAL, e.what());
  } catch (...) {
    return report(err, AGENTE_E_INTERNAL, "the plugin threw something that is no std::exception");
  }
}

/// Room for the host's error; `check` throws it as agente::error.
struct failure {
  agente_error raw = sized<agente_error>();

  void check(agente_status status, std::string_view what) const {
    if (status == AGENTE_OK) return;
    const auto text = view(agente_str{raw.text, std::min<std::size_t>(raw.text_len, sizeof raw.text)});
    throw error(status, text.empty() ? std::string{what} + " failed" : std::string{text},
                std::chrono::milliseconds{raw.retry_after_ms});
  }
};

inline agente_status append(void* text, agente_bytes piece) noexcept {
  return guarded(nullptr, [&]() -> agente_status {
    static_cast<std::string*>(text)->append(view(piece));
    return AGENTE_OK;
  });
}

/// A sink that fills a string.
inline agente_sink into(std::string& text) noexcept { return {&text, &append}; }

/// Writes one piece to the host's sink; an empty text is not written.
inline agente_status write(const agente_sink* out, std::string_view text) {
  return text.empty() ? AGENTE_OK : out->write(out->ctx, bytes(text));
}

}  // namespace agente::detail
