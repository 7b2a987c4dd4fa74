#include "plugins/isolation/frame.hpp"

namespace agente::plugins::isolation {
namespace {
constexpr std::size_t kFieldHead = sizeof(Tag) + sizeof(std::uint32_t);
}

std::optional<Field> Fields::next() {
  if (broken_ || rest_.empty()) return std::nullopt;
  Tag tag = 0;
  std::uint32_t length = 0;
  if (rest_.size() >= kFieldHead) {
    std::memcpy(&tag, rest_.data(), sizeof tag);
    std::memcpy(&length, rest_.data() + sizeof tag, sizeof length);
  }
  if (rest_.size() < kFieldHead || length > rest_.size() - kFieldHead) {
    broken_ = true;
    return std::nullopt;
  }
  const Field field{tag, rest_.substr(kFieldHead, length)};
  rest_.remove_prefix(kFieldHead + length);
  return field;
}

std::optional<std::string_view> Fields::find(Tag tag) {
  auto ahead = *this;
  while (const auto field = ahead.next()) {
    if (field->tag != tag) continue;
    rest_ = ahead.rest_;
    return field->bytes;
  }
  broken_ |= ahead.broken_;
  return std::nullopt;
}

FrameWriter::FrameWriter(FrameKind kind, std::uint16_t operation, std::uint64_t number) {
  const FrameHead head{0, static_cast<std::uint16_t>(kind), operation, number};
  bytes_.reserve(1024);
  bytes_.assign(reinterpret_cast<const char*>(&head), sizeof head);
}

void FrameWriter::head(Tag tag, std::size_t length) {
  const auto size = static_cast<std::uint32_t>(length);
  bytes_.append(reinterpret_cast<const char*>(&tag), sizeof tag);
  bytes_.append(reinterpret_cast<const char*>(&size), sizeof size);
}

void FrameWriter::text(Tag tag, std::string_view bytes) { text(tag, bytes.data(), bytes.size()); }

void FrameWriter::text(Tag tag, const char* from, std::size_t length) {
  if ((from == nullptr && length > 0) || length > kLargestText || is_broken()) {
    broken_ = true;
    return;
  }
  head(tag, length);
  if (length > 0) bytes_.append(from, length);
}

std::size_t FrameWriter::open(Tag tag) {
  head(tag, 0);
  return bytes_.size();
}

void FrameWriter::close(std::size_t opened) {
  const auto length = static_cast<std::uint32_t>(bytes_.size() - opened);
  std::memcpy(bytes_.data() + opened - sizeof length, &length, sizeof length);
}

void FrameWriter::cut(std::size_t size) {
  bytes_.resize(size);
  broken_ = false;
}

std::string_view FrameWriter::frame() {
  const auto length = static_cast<std::uint32_t>(bytes_.size() - sizeof(FrameHead));
  std::memcpy(bytes_.data(), &length, sizeof length);
  return bytes_;
}

}  // namespace agente::plugins::isolation
