#include "simulators/common/faults.hpp"

#include <algorithm>
#include <charconv>

namespace agente::sim {
namespace {

/// FNV-1a: std::hash may differ from one library to the next, and a seed must mean the same everywhere.
std::uint64_t hash(std::string_view text) {
  std::uint64_t value = 14695981039346656037U;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return value;
}

/// "code" with code 131016 and "code_131016" are the same, so that several codes can be armed at once.
void name_after_code(FaultRule& rule) {
  constexpr std::string_view kPrefix = "code_";
  if (rule.name == "code" && rule.code != 0) rule.name = std::string(kPrefix) + std::to_string(rule.code);
  if (!rule.name.starts_with(kPrefix)) return;
  const auto* end = rule.name.data() + rule.name.size();
  if (std::from_chars(rule.name.data() + kPrefix.size(), end, rule.code).ptr != end) rule.code = 0;
}

bool idle(const FaultRule& rule) { return rule.rate <= 0 && rule.next == 0 && rule.every == 0; }

}  // namespace

const FaultKind* Faults::kind_of(const FaultRule& rule) const {
  const auto base =
      rule.name.starts_with("code_") && rule.code > 0 ? std::string_view("code") : std::string_view(rule.name);
  const auto found = std::find_if(kinds_.begin(), kinds_.end(), [&](const FaultKind& k) { return k.name == base; });
  return found == kinds_.end() ? nullptr : &*found;
}

std::optional<std::string> Faults::arm(FaultRule rule) {
  name_after_code(rule);
  const auto* kind = kind_of(rule);
  if (kind == nullptr) {
    std::string known;
    for (const auto& k : kinds_) known.append(known.empty() ? "" : ", ").append(k.name);
    return "there is no fault '" + rule.name + "'; there are: " + known;
  }
  if (!(rule.rate >= 0 && rule.rate <= 1)) return "the rate of '" + rule.name + "' must lie between 0 and 1";
  const std::lock_guard lock(mutex_);
  std::erase_if(
      armed_, [&](const Armed& a) { return a.rule.name == rule.name && a.rule.on == rule.on && a.rule.to == rule.to; });
  if (idle(rule)) return std::nullopt;
  const auto seed = seed_ ^ hash(rule.name);
  armed_.push_back({.rule = std::move(rule), .moment = kind->moment, .draw = std::mt19937_64(seed)});
  return std::nullopt;
}

bool Faults::is_meant(const Armed& armed, std::string_view moment, std::string_view on, std::string_view to) {
  return armed.moment == moment && armed.rule.on == on && (armed.rule.to.empty() || armed.rule.to == to);
}

bool Faults::strikes(Armed& armed) {
  if (armed.rule.next > 0) return armed.rule.next-- > 0;
  if (armed.rule.every > 0) return ++armed.seen % armed.rule.every == 0;
  // 53 bits as a fraction: the library's distributions may differ from one compiler to the next.
  return static_cast<double>(armed.draw() >> 11) * 0x1p-53 < armed.rule.rate;
}

std::optional<FaultRule> Faults::strike(std::string_view moment, std::string_view on, std::string_view to) {
  const std::lock_guard lock(mutex_);
  for (auto armed = armed_.begin(); armed != armed_.end(); ++armed) {
    if (!is_meant(*armed, moment, on, to) || !strikes(*armed)) continue;
    auto rule = armed->rule;
    if (idle(rule)) armed_.erase(armed);
    return rule;
  }
  return std::nullopt;
}

void Faults::clear() {
  const std::lock_guard lock(mutex_);
  armed_.clear();
}

std::optional<FaultRule> parse_fault(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) return std::nullopt;
  FaultRule rule{.name = std::string(text.substr(0, equals))};
  const auto number = text.substr(equals + 1);
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), rule.rate);
  if (error != std::errc{} || end != number.data() + number.size()) return std::nullopt;
  return rule;
}

}  // namespace agente::sim
