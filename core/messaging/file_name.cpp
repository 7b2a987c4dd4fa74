#include "messaging/file_name.hpp"

#include <utf8proc.h>

#include "base/text.hpp"

namespace agente::messaging {
namespace {

constexpr std::size_t kLongest = 120;   // characters; file systems take 255 bytes
constexpr std::size_t kExtension = 12;  // ".numbers", ".tar.gz"; a longer one is a part of the name
constexpr std::size_t kLooksAt = 4096;

/// Not seen, or seen elsewhere than where it stands: control, format (zero width, direction), private, line ends.
bool is_unseen(utf8proc_int32_t point) {
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return true;
    default:
      return false;
  }
}

bool is_special(char c) { return std::string_view("<>:\"|?*%;`$").find(c) != std::string_view::npos; }

std::string without_unseen(const std::string& text) {
  std::string out;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  for (std::size_t at = 0; at < text.size();) {
    utf8proc_int32_t point = 0;
    const auto length = utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(text.size() - at), &point);
    if (length <= 0) break;  // it was cleaned
    const auto piece = text.substr(at, static_cast<std::size_t>(length));
    if (!is_unseen(point)) out += piece.size() == 1 && is_special(piece[0]) ? "_" : piece;
    at += static_cast<std::size_t>(length);
  }
  return out;
}

/// The first `most` characters.
std::string_view beginning(std::string_view text, std::size_t most) {
  std::size_t at = 0;
  for (std::size_t count = 0; at < text.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
    if (begins && count++ == most) break;
  }
  return text.substr(0, at);
}

std::string shortened(const std::string& name) {
  if (count_code_points(name) <= kLongest) return name;
  const auto dot = name.rfind('.');
  const auto extension = dot == std::string::npos ? std::string() : name.substr(dot);
  const auto kept = count_code_points(extension) <= kExtension ? extension : std::string();
  return std::string(beginning(name, kLongest - count_code_points(kept))) + kept;
}

}  // namespace

std::string clean_file_name(std::string_view name) {
  const auto last = name.find_last_of("/\\");
  auto part = last == std::string_view::npos ? name : name.substr(last + 1);
  if (part.size() > kLooksAt) part = part.substr(part.size() - kLooksAt);  // the extension is at its end
  auto clean = without_unseen(clean_utf8(part));
  clean.erase(0, std::min(clean.size(), clean.find_first_not_of(" .-")));
  clean.erase(clean.find_last_not_of(" .") + 1);
  return shortened(clean);
}

}  // namespace agente::messaging
