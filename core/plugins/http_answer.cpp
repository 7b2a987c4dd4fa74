#include "plugins/http_answer.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <strings.h>

namespace agente::plugins {
namespace {

constexpr std::size_t kLongestHead = 64 * 1024;
constexpr std::size_t kMostHeaders = 200;

bool same_word(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::optional<std::size_t> number(std::string_view text, int base) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

}  // namespace

HttpAnswer::Came HttpAnswer::fetch() {
  const auto came = more_(buffer_);
  begun_ |= came == Came::kSome;
  return came;
}

std::optional<std::string> HttpAnswer::line(End& end) {
  for (std::size_t from = 0;;) {
    const auto at = buffer_.find('\n', from);
    if (at != std::string::npos) {
      auto text = buffer_.substr(0, at);
      buffer_.erase(0, at + 1);
      head_size_ += at + 1;
      if (text.ends_with('\r')) text.pop_back();
      end = head_size_ > kLongestHead ? End::kTooLarge : End::kWhole;
      return end == End::kWhole ? std::optional(std::move(text)) : std::nullopt;
    }
    from = buffer_.size();
    end = head_size_ + from > kLongestHead ? End::kTooLarge : End::kCut;
    if (end == End::kTooLarge || fetch() != Came::kSome) return std::nullopt;
  }
}

std::optional<std::string> HttpAnswer::header(std::string_view name) const {
  const auto found = std::ranges::find_if(response_.headers, [&](const auto& h) { return same_word(h.first, name); });
  return found == response_.headers.end() ? std::nullopt : std::optional(found->second);
}

HttpAnswer::End HttpAnswer::read(bool to_head) {
  do {
    if (const auto end = read_head(); end != End::kWhole) return end;
  } while (response_.status < 200);  // 100 Continue and 103 Early Hints announce the answer, they are not it
  return read_body(to_head);
}

HttpAnswer::End HttpAnswer::read_head() {
  End end = End::kCut;
  const auto first = line(end);
  if (!first) return end;
  if (end = read_status(*first); end != End::kWhole) return end;
  return read_headers();
}

HttpAnswer::End HttpAnswer::read_status(const std::string& text) {
  const bool fits = text.size() >= 12 && text.starts_with("HTTP/1.") && text[8] == ' ';
  const auto status = fits ? number(std::string_view(text).substr(9, 3), 10) : std::nullopt;
  if (!status || *status < 100 || (text.size() > 12 && text[12] != ' ')) return End::kMalformed;
  response_.status = static_cast<int>(*status);
  keep_alive_ = text[7] == '1';
  return End::kWhole;
}

HttpAnswer::End HttpAnswer::read_headers() {
  response_.headers.clear();
  End end = End::kCut;
  while (const auto text = line(end)) {
    if (text->empty()) {
      const auto connection = header("Connection");
      if (connection && same_word(*connection, "close")) keep_alive_ = false;
      if (connection && same_word(*connection, "keep-alive")) keep_alive_ = true;
      return End::kWhole;
    }
    const auto colon = text->find(':');
    const bool odd =
        colon == std::string::npos || colon == 0 || std::isspace(static_cast<unsigned char>(text->front()));
    if (odd || text->find('\0') != std::string::npos) return End::kMalformed;
    if (response_.headers.size() >= kMostHeaders) return End::kTooLarge;
    response_.headers.emplace_back(text->substr(0, colon), trim(std::string_view(*text).substr(colon + 1)));
  }
  return end;
}

HttpAnswer::End HttpAnswer::read_body(bool to_head) {
  if (to_head || response_.status == 204 || response_.status == 304) return End::kWhole;
  if (const auto coding = header("Transfer-Encoding")) {
    return same_word(*coding, "chunked") ? read_chunks() : End::kMalformed;
  }
  const auto length = header("Content-Length");
  if (!length) return read_to_close();
  for (const auto& [name, value] : response_.headers) {
    if (same_word(name, "Content-Length") && value != *length) return End::kMalformed;
  }
  const auto size = number(*length, 10);
  return size ? read_sized(*size) : End::kMalformed;
}

/// Moves `size` bytes into the body.
HttpAnswer::End HttpAnswer::read_sized(std::size_t size) {
  auto& body = response_.body;
  if (size > max_body_ - body.size()) return End::kTooLarge;
  for (;;) {
    const auto taken = std::min(size, buffer_.size());
    body.append(buffer_, 0, taken);
    buffer_.erase(0, taken);
    size -= taken;
    if (size == 0) return End::kWhole;
    if (fetch() != Came::kSome) return End::kCut;
  }
}

HttpAnswer::End HttpAnswer::read_chunks() {
  End end = End::kCut;
  for (;;) {
    head_size_ = 0;
    const auto head = line(end);
    if (!head) return end;
    const auto size = number(trim(std::string_view(*head).substr(0, head->find(';'))), 16);
    if (!size) return End::kMalformed;
    if (*size == 0) break;
    if (end = read_sized(*size); end != End::kWhole) return end;
    const auto after = line(end);
    if (!after) return end;
    if (!after->empty()) return End::kMalformed;
  }
  head_size_ = 0;
  for (auto trailer = line(end); trailer; trailer = line(end)) {
    if (trailer->empty()) return End::kWhole;
  }
  return end;
}

HttpAnswer::End HttpAnswer::read_to_close() {
  keep_alive_ = false;
  auto came = Came::kSome;
  for (; came == Came::kSome; came = fetch()) {
    if (buffer_.size() > max_body_) return End::kTooLarge;
  }
  if (came == Came::kBroken) return End::kCut;
  response_.body = std::move(buffer_);
  buffer_.clear();
  return End::kWhole;
}

}  // namespace agente::plugins
