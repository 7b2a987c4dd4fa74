/// Days, times, money, calls and the other small values that all kinds share.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include <agente/host.h>
#include <agente/sdk/detail.hpp>

namespace agente {

/// A calendar day of the hotel. A stay [checkin, checkout) is half open: the night of checkout is not slept.
using day = std::chrono::local_days;
/// A moment in UTC. The zero moment (time_point{}) means unknown.
using time_point = std::chrono::sys_time<std::chrono::milliseconds>;

/// The C ABI's day number, days since 1970-01-01.
constexpr agente_day to_abi(day value) noexcept { return static_cast<agente_day>(value.time_since_epoch().count()); }
constexpr std::int64_t to_abi(time_point value) noexcept { return value.time_since_epoch().count(); }
constexpr day from_abi_day(agente_day value) noexcept { return day{std::chrono::days{value}}; }
constexpr time_point from_abi_time(std::int64_t ms) noexcept { return time_point{std::chrono::milliseconds{ms}}; }

/// Nights of the stay [checkin, checkout).
constexpr int nights(day checkin, day checkout) noexcept { return static_cast<int>((checkout - checkin).count()); }

/// An amount in minor units (cents, for most currencies), never a floating-point number.
struct money {
  std::int64_t minor = 0;
  std::string currency = {};  ///< ISO 4217

  bool operator==(const money&) const = default;
};

/// A key with a value, for log lines and metric labels. Numbers are written out: {"attempt", 3}.
struct field {
  field(std::string_view k, std::string_view v) : key(k), value(v) {}
  field(std::string_view k, const char* v) : key(k), value(v) {}
  field(std::string_view k, std::integral auto v) : key(k), value(std::to_string(v)) {}

  std::string_view key;
  std::string value;
};

/// An HTTP header that you send.
struct header {
  std::string name = {};
  std::string value = {};
};

/// A header that you were given.
struct header_view {
  std::string_view name = {};
  std::string_view value = {};
};

/// One line of a self-test, for the operator: what was tried; if it failed, why and what to do.
struct check {
  std::string stage = {};  ///< "token", "webhook", "send", ...
  bool ok = false;
  std::string cause = {};
  std::string remedy = {};
};

/// One call of the host into the plugin. Pass it on to the services you use while answering: they take deadline and
/// trace from it. Useless after you have returned.
class call {
 public:
  call(const agente_call* raw, const agente_host* host, const agente_clock_v1* clock) noexcept
      : raw_(raw), host_(host), clock_(clock) {}

  /// Time left until the host stops waiting; never negative. Services honour it by themselves.
  [[nodiscard]] std::chrono::milliseconds remaining() const noexcept {
    const auto left = raw_->deadline_ms - (clock_ ? clock_->monotonic_ms(host_) : 0);
    return std::chrono::milliseconds{left > 0 ? left : 0};
  }
  /// Names the guest's message in every log; may be empty.
  [[nodiscard]] std::string_view trace() const noexcept { return detail::view(raw_->trace); }
  [[nodiscard]] const agente_call* raw() const noexcept { return raw_; }

 private:
  const agente_call* raw_;
  const agente_host* host_;
  const agente_clock_v1* clock_;
};

/// Header names are compared without regard to case.
constexpr bool same_header_name(std::string_view a, std::string_view b) noexcept {
  constexpr auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [lower](char x, char y) { return lower(x) == lower(y); });
}

/// Compares secrets and signatures in a time that tells nothing about where they differ.
inline bool same_secret(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  volatile unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    difference =
        static_cast<unsigned char>(difference | (static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i])));
  return difference == 0;
}

namespace detail {

/// The first header of that name, or empty.
template <class Headers>
std::string_view find_header(const Headers& headers, std::string_view name) noexcept {
  for (const auto& h : headers)
    if (same_header_name(h.name, name)) return h.value;
  return {};
}

inline agente_money to_abi(const money& value) noexcept { return {value.minor, str(value.currency)}; }
inline money from_abi(const agente_money& value) { return {value.minor, copy(value.currency)}; }

/// Writes the lines of a self-test to the host.
template <class Checks>
agente_status write_checks(const Checks& checks, const agente_check_sink* out) {
  for (const check& c : checks) {
    auto raw = sized<agente_check>();
    raw.ok = c.ok ? 1 : 0;
    raw.stage = str(c.stage);
    raw.cause = str(c.cause);
    raw.remedy = str(c.remedy);
    if (const auto status = out->write(out->ctx, &raw); status != AGENTE_OK) return status;
  }
  return AGENTE_OK;
}

}  // namespace detail
}  // namespace agente
