#include "web/head.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace agente::web {
namespace {

constexpr std::string_view kBad = "bad_request";

Refusal bad(std::string message) { return {.status = 400, .code = kBad, .message = std::move(message)}; }

bool is_token_character(char c) {
  static constexpr auto kTable = [] {
    std::array<bool, 256> table{};
    for (char x = '0'; x <= '9'; ++x) table[static_cast<unsigned char>(x)] = true;
    for (char x = 'a'; x <= 'z'; ++x) table[static_cast<unsigned char>(x)] = true;
    for (char x = 'A'; x <= 'Z'; ++x) table[static_cast<unsigned char>(x)] = true;
    for (char x : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(x)] = true;
    return table;
  }();
  return kTable[static_cast<unsigned char>(c)];
}

bool is_token(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_token_character); }

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Takes the next line off `rest`, without its CR LF.
std::string_view next_line(std::string_view& rest) {
  const auto end = rest.find("\r\n");
  const auto line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 2);
  return line;
}

bool parse_query(std::string_view text, Fields& query) {
  while (!text.empty()) {
    const auto end = text.find('&');
    const auto pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    auto name = percent_decode(pair.substr(0, equals), true);
    auto value = percent_decode(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), true);
    if (!name || !value) return false;
    query.emplace_back(std::move(*name), std::move(*value));
  }
  return true;
}

std::optional<Refusal> parse_target(std::string_view target, Request& request) {
  if (!target.starts_with('/')) return bad("the request target must be a path that begins with '/'");
  if (std::ranges::any_of(target, [](char c) { return is_control(c) || c == '#'; })) {
    return bad("the request target has a character that must be percent-encoded");
  }
  request.target = target;
  const auto question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string_view::npos && !parse_query(target.substr(question + 1), request.query)) {
    return bad("the query has a broken %-escape");
  }
  return std::nullopt;
}

std::optional<Refusal> parse_request_line(std::string_view line, Request& request, Framing& framing) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return bad("not an HTTP request line: METHOD PATH HTTP/1.1");
  const auto method = line.substr(0, first);
  const auto target = line.substr(first + 1, last - first - 1);
  const auto version = line.substr(last + 1);
  if (!is_token(method) || target.find(' ') != std::string_view::npos || !version.starts_with("HTTP/")) {
    return bad("not an HTTP request line: METHOD PATH HTTP/1.1");
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return Refusal{.status = 505, .code = "http_version", .message = "this server speaks HTTP/1.1 and HTTP/1.0"};
  }
  request.method = method;
  framing.old_client = version == "HTTP/1.0";
  framing.keep_alive = !framing.old_client;
  return parse_target(target, request);
}

std::optional<Refusal> parse_header_line(std::string_view line, Headers& headers) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return bad("a header line is not 'Name: value'");
  }
  const auto value = trim(line.substr(colon + 1));
  if (std::ranges::any_of(value, [](char c) { return is_control(c) && c != '\t'; })) {
    return bad("header " + std::string(line.substr(0, colon)) + " has a control character");
  }
  headers.add(std::string(line.substr(0, colon)), std::string(value));
  return std::nullopt;
}

bool parse_length(std::string_view text, std::size_t& length) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  return error == std::errc{} && end == text.data() + text.size();
}

bool lists(std::string_view value, std::string_view word) {
  while (!value.empty()) {
    const auto comma = value.find(',');
    if (same_ignoring_case(trim(value.substr(0, comma)), word)) return true;
    value = comma == std::string_view::npos ? std::string_view{} : value.substr(comma + 1);
  }
  return false;
}

/// What was seen of the headers that decide where the request ends.
struct Seen {
  int hosts = 0;
  int lengths = 0;
  int codings = 0;
};

std::optional<Refusal> read_framing_header(const std::string& name, const std::string& value, Framing& framing,
                                           Seen& seen) {
  if (same_ignoring_case(name, "Host")) {
    ++seen.hosts;
  } else if (same_ignoring_case(name, "Content-Length")) {
    if (++seen.lengths > 1 || !parse_length(value, framing.length)) return bad("Content-Length must be one number");
  } else if (same_ignoring_case(name, "Transfer-Encoding")) {
    if (++seen.codings > 1 || !same_ignoring_case(value, "chunked")) {
      return Refusal{
          .status = 501, .code = "transfer_encoding", .message = "the only transfer encoding here is chunked"};
    }
    framing.chunked = true;
  } else if (same_ignoring_case(name, "Connection")) {
    if (lists(value, "close")) framing.keep_alive = false;
    if (framing.old_client && lists(value, "keep-alive")) framing.keep_alive = true;
  } else if (same_ignoring_case(name, "Expect")) {
    if (!same_ignoring_case(value, "100-continue")) {
      return Refusal{.status = 417, .code = "expectation", .message = "the only expectation here is 100-continue"};
    }
    framing.expects_continue = !framing.old_client;
  }
  return std::nullopt;
}

std::optional<Refusal> read_framing(const Headers& headers, Framing& framing) {
  Seen seen;
  for (const auto& [name, value] : headers.lines()) {
    if (auto refusal = read_framing_header(name, value, framing, seen)) return refusal;
  }
  if (seen.hosts > 1 || (seen.hosts == 0 && !framing.old_client)) return bad("there must be one Host header");
  if (framing.chunked && (seen.lengths > 0 || framing.old_client)) {
    return bad("Transfer-Encoding goes neither with Content-Length nor with HTTP/1.0");
  }
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> parse_head(std::string_view head, std::size_t max_lines, Request& request, Framing& framing) {
  std::string_view rest = head;
  if (auto refusal = parse_request_line(next_line(rest), request, framing)) return refusal;
  std::size_t count = 0;
  while (!rest.empty()) {
    if (++count > max_lines) {
      return Refusal{.status = 431,
                     .code = "headers_too_large",
                     .message = "more than " + std::to_string(max_lines) + " header lines"};
    }
    if (auto refusal = parse_header_line(next_line(rest), request.headers)) return refusal;
  }
  return read_framing(request.headers, framing);
}

}  // namespace agente::web
