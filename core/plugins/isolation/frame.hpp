#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include <agente/abi.h>

/// What host and runner say to each other: frames of tagged fields, in the byte order of the machine they share.
///
///   frame = length:u32 kind:u16 operation:u16 number:u64, then `length` bytes of fields
///   field = tag:u16 length:u32, then `length` bytes: a number, a text, or the fields of a record
///
/// Tags of a record count its members from 1 and ascend. A reader skips tags it does not know, and takes a missing
/// member for zero. Nothing read here is trusted: every length is checked against what is really there.
namespace agente::plugins::isolation {

enum class FrameKind : std::uint16_t {
  kCall = 1,     ///< host: run this
  kAnswer = 2,   ///< runner: what came of call `number`
  kRequest = 3,  ///< runner: the plugin asks for a service
  kReply = 4,    ///< host: what came of request `number`
  kNote = 5,     ///< runner: a service that has no reply
};

struct FrameHead {
  std::uint32_t length = 0;  ///< of the fields
  std::uint16_t kind = 0;    ///< FrameKind
  std::uint16_t operation = 0;
  std::uint64_t number = 0;
};
static_assert(sizeof(FrameHead) == 16);

/// A frame holds the largest body of an HTTP request (64 MiB) and what goes with it.
inline constexpr std::uint32_t kLargestFrame = 72U << 20U;
inline constexpr std::size_t kLargestText = std::size_t{64} << 20U;
/// Elements of a list in one request: headers, labels. The services have stricter limits of their own.
inline constexpr std::size_t kLongestList = 1000;

using Tag = std::uint16_t;

struct Field {
  Tag tag = 0;
  std::string_view bytes;
};

/// Walks the fields in `bytes`, which must outlive it. Malformed input ends the walk and stays in `is_broken`.
class Fields {
 public:
  Fields() = default;
  explicit Fields(std::string_view bytes) : rest_(bytes) {}

  /// The next field; nothing at the end.
  std::optional<Field> next();
  /// The first field with this tag from here on, which is then the next one; others stay.
  std::optional<std::string_view> find(Tag tag);
  /// A number of exactly this size; zero when it is missing.
  template <class T>
  requires std::is_arithmetic_v<T> T number(Tag tag) {
    const auto bytes = find(tag);
    return bytes ? as_number<T>(*bytes) : T{};
  }
  std::string_view text(Tag tag) { return find(tag).value_or(std::string_view()); }

  template <class T>
  T as_number(std::string_view bytes) {
    T value{};
    if (bytes.size() != sizeof value) {
      broken_ = true;
    } else {
      std::memcpy(&value, bytes.data(), sizeof value);
    }
    return value;
  }

  [[nodiscard]] bool is_broken() const { return broken_; }
  void condemn() { broken_ = true; }

 private:
  std::string_view rest_;
  bool broken_ = false;
};

/// Builds a frame. What cannot be said (a text that points nowhere or is too long, a frame beyond its limit) leaves
/// `is_broken` set; such a frame must not be sent.
class FrameWriter {
 public:
  FrameWriter(FrameKind kind, std::uint16_t operation, std::uint64_t number);

  void text(Tag tag, std::string_view bytes);
  void text(Tag tag, agente_str from) { text(tag, from.ptr, from.len); }
  void text(Tag tag, agente_bytes from) { text(tag, reinterpret_cast<const char*>(from.ptr), from.len); }
  template <class T>
  requires std::is_arithmetic_v<T>
  void number(Tag tag, T value) {
    head(tag, sizeof value);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }

  /// A field whose content is what is written until `close`.
  std::size_t open(Tag tag);
  void close(std::size_t opened);

  [[nodiscard]] bool is_broken() const { return broken_ || bytes_.size() - sizeof(FrameHead) > kLargestFrame; }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  /// Takes back what was written after `size`, and that it was broken.
  void cut(std::size_t size);

  /// The frame, ready to be sent. Valid until the writer changes.
  [[nodiscard]] std::string_view frame();

 private:
  void head(Tag tag, std::size_t length);
  void text(Tag tag, const char* from, std::size_t length);

  std::string bytes_;
  bool broken_ = false;
};

}  // namespace agente::plugins::isolation
