#include "retry_after.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "json_text.hpp"

namespace agente::whatsapp {
namespace {

using std::chrono::milliseconds;

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (text.empty() || result.ec != std::errc{} || result.ptr != end || value < 0) return std::nullopt;
  return value;
}

std::optional<unsigned> month(std::string_view name) {
  constexpr std::array<std::string_view, 12> kNames{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto* found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<unsigned>(found - kNames.begin()) + 1;
}

milliseconds bounded(milliseconds wait) {
  return std::clamp<milliseconds>(wait, milliseconds{0}, std::chrono::hours{24});
}

}  // namespace

// The one form that may be sent today.
std::optional<time_point> http_date(std::string_view text) {
  using namespace std::chrono;
  if (text.size() != 29 || !text.ends_with(" GMT")) return std::nullopt;
  const auto d = number(text.substr(5, 2));
  const auto m = month(text.substr(8, 3));
  const auto y = number(text.substr(12, 4));
  const auto hour = number(text.substr(17, 2));
  const auto minute = number(text.substr(20, 2));
  const auto second = number(text.substr(23, 2));
  if (!d || !m || !y || !hour || !minute || !second) return std::nullopt;
  const year_month_day date{year{*y}, std::chrono::month{*m}, std::chrono::day{static_cast<unsigned>(*d)}};
  if (!date.ok()) return std::nullopt;
  return time_point{sys_days{date}} + hours{*hour} + minutes{*minute} + seconds{*second};
}

milliseconds retry_after(const http_response& answer, time_point now) {
  const auto value = answer.header("retry-after");
  if (const auto seconds = number(value)) return bounded(std::chrono::seconds{*seconds});
  const auto date = http_date(value);
  return date ? bounded(*date - now) : milliseconds{0};
}

milliseconds regain_access(const http_response& answer) {
  const auto usage = answer.header("x-business-use-case-usage");
  std::int64_t most = 0;
  if (!is_json(usage)) return milliseconds{0};
  Json{usage}.members([&](const std::string&, const Json& of_account) {
    of_account.elements(
        [&](const Json& use) { most = std::max(most, use["estimated_time_to_regain_access"].integer().value_or(0)); });
  });
  return bounded(std::chrono::minutes{std::min<std::int64_t>(most, 24 * 60)});
}

}  // namespace agente::whatsapp
