#include "web/wire.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <ctime>
#include <random>

#include <Poco/Net/HTTPResponse.h>

namespace agente::web {
namespace {

void append_number(std::string& out, std::size_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

/// The Date line, written anew once a second and thread.
const std::string& date_line() {
  thread_local std::time_t written = 0;
  thread_local std::string line;
  const std::time_t now = std::time(nullptr);
  if (now == written) return line;
  static constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 64> text{};
  const int size = std::snprintf(text.data(), text.size(), "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n",
                                 kDays.at(static_cast<std::size_t>(parts.tm_wday)), parts.tm_mday,
                                 kMonths.at(static_cast<std::size_t>(parts.tm_mon)), parts.tm_year + 1900,
                                 parts.tm_hour, parts.tm_min, parts.tm_sec);
  line.assign(text.data(), static_cast<std::size_t>(size));
  written = now;
  return line;
}

void append_clean(std::string& out, std::string_view text) {
  for (const char c : text) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
}

void append_status_line(std::string& out, int status) {
  if (status == 200) {
    out += "HTTP/1.1 200 OK\r\n";
    return;
  }
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::size_t>(status));
  out += ' ';
  out += Poco::Net::HTTPResponse::getReasonForStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(status));
  out += "\r\n";
}

}  // namespace

bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }

void write_head(const Response& response, const Envelope& envelope, std::string& out) {
  out.clear();
  append_status_line(out, response.status);
  out += date_line();
  for (const auto& [name, value] : response.headers.lines()) {
    append_clean(out, name);
    out += ": ";
    append_clean(out, value);
    out += "\r\n";
  }
  if (may_have_body(response.status)) {
    out += "Content-Length: ";
    append_number(out, response.body.size());
    out += "\r\n";
  }
  out += "X-Content-Type-Options: nosniff\r\nX-Request-Id: ";
  out += envelope.request_id;
  out += "\r\n";
  if (!envelope.keep_alive) out += "Connection: close\r\n";
  if (envelope.keep_alive && envelope.old_client) out += "Connection: keep-alive\r\n";
  out += "\r\n";
}

std::string new_request_id() {
  thread_local std::uint64_t state = [] {
    std::random_device source;
    return (static_cast<std::uint64_t>(source()) << 32U) | source();
  }();
  // splitmix64: a step and three mixes; the steps of a thread never repeat, threads begin at random places.
  state += 0x9E3779B97F4A7C15U;
  std::uint64_t mixed = state;
  mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
  mixed ^= mixed >> 31U;
  std::string out(16, '0');
  for (auto& digit : out) {
    digit = "0123456789abcdef"[mixed & 0xFU];
    mixed >>= 4U;
  }
  return out;
}

}  // namespace agente::web
