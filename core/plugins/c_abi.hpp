#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include <agente/abi.h>

#include "base/result.hpp"

/// Values of the C boundary to ours and back. Whatever comes out of a plugin is checked here before it is used.
namespace agente::plugins::abi {

/// Upper bounds for what a plugin may hand over, in bytes.
inline constexpr std::size_t kNameLimit = 1024;       ///< ids, names, keys, codes
inline constexpr std::size_t kTextLimit = 64 * 1024;  ///< what a person reads
inline constexpr std::size_t kBodyLimit = 16 * 1024 * 1024;

[[nodiscard]] inline agente_str str(std::string_view text) { return {text.data(), text.size()}; }
[[nodiscard]] inline agente_bytes bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// What a plugin's string points to; nothing if it is NULL with a length, or longer than `limit`.
[[nodiscard]] std::optional<std::string_view> view(agente_str text, std::size_t limit = kNameLimit);
[[nodiscard]] std::optional<std::string_view> view(agente_bytes piece, std::size_t limit);
/// The same, copied, and only if it is valid UTF-8 without NUL.
[[nodiscard]] std::optional<std::string> text(agente_str from, std::size_t limit = kNameLimit);

/// A record of the plugin can be read as far as we know it.
template <class Record>
[[nodiscard]] bool complete(const Record* record) {
  return record != nullptr && record->struct_size >= sizeof(Record);
}

/// As `complete`, of a record that has grown: whoever knows only its first `least` bytes is served, too.
template <class Record>
[[nodiscard]] bool complete(const Record* record, std::size_t least) {
  return record != nullptr && record->struct_size >= least;
}

/// A copy of a record that has grown; zero is what its writer does not know of. None: it is no whole record of `least`.
template <class Record>
[[nodiscard]] std::optional<Record> copy_of(const Record* record, std::size_t least) {
  if (!complete(record, least)) return std::nullopt;
  Record copy{};
  std::memcpy(&copy, record, record->struct_size < sizeof copy ? least : sizeof copy);
  return copy;
}

[[nodiscard]] inline agente_status status_of(Code code) { return static_cast<agente_status>(code); }
/// Fills `err` (which may be NULL or too old) and returns the code: `return abi::fail(err, error);`
agente_status fail(agente_error* err, const Error& error);
[[nodiscard]] agente_error fresh_error();
/// What the plugin answered; `status` is not AGENTE_OK. An unknown status is kInternal and says so.
[[nodiscard]] Error to_error(agente_status status, const agente_error& err, std::string_view plugin);
[[nodiscard]] bool is_known(agente_status status);

/// Collects what a plugin writes into an agente_sink. Pieces beyond `limit` are refused.
class TextSink {
 public:
  explicit TextSink(std::size_t limit) : limit_(limit) {}
  TextSink(const TextSink&) = delete;
  TextSink& operator=(const TextSink&) = delete;

  [[nodiscard]] const agente_sink* c() const { return &sink_; }
  /// A piece was malformed. The plugin then returns our code, so look here before looking at what it returned.
  [[nodiscard]] bool is_broken() const { return broken_; }
  /// All that was written; kInternal if a piece was malformed, too much, or no clean UTF-8.
  [[nodiscard]] Result<std::string> take(std::string_view what);

 private:
  static agente_status write(void* ctx, agente_bytes piece) noexcept;

  std::size_t limit_;
  std::string text_;
  bool broken_ = false;
  agente_sink sink_{this, &TextSink::write};
};

/// Writes `text` to the plugin's sink.
[[nodiscard]] agente_status put(const agente_sink* sink, std::string_view text);

}  // namespace agente::plugins::abi
