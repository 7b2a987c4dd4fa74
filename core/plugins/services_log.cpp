#include <algorithm>

#include "base/text.hpp"
#include "plugins/c_abi.hpp"
#include "plugins/tenant.hpp"
#include "telemetry/log.hpp"

// agente.log/1

namespace agente::plugins {
namespace {

constexpr std::size_t kLongestMessage = 4096;
constexpr std::size_t kMostFields = 32;

std::string readable(agente_str text) {
  const auto shown = agente_str{text.ptr, std::min(text.len, kLongestMessage)};
  const auto seen = abi::view(shown, kLongestMessage);
  return seen ? clean_utf8(*seen) : "(unreadable)";
}

std::string with_fields(std::string line, const agente_field* fields, std::size_t count) {
  if (fields == nullptr) return line;
  for (std::size_t i = 0; i < std::min(count, kMostFields); ++i) {
    auto value = readable(fields[i].value);
    std::ranges::replace(value, '"', '\'');
    const bool quote = value.empty() || value.find_first_of(" =") != std::string::npos;
    line += " " + readable(fields[i].key) + "=" + (quote ? "\"" + value + "\"" : value);
  }
  return line;
}

log::Level level_of(std::int32_t level) {
  if (level <= AGENTE_LOG_DEBUG) return log::Level::kDebug;
  if (level == AGENTE_LOG_INFO) return log::Level::kInfo;
  return level == AGENTE_LOG_WARN ? log::Level::kWarn : log::Level::kError;
}

void write(const agente_host* host, const agente_call* call, std::int32_t level, agente_str message,
           const agente_field* fields, std::size_t field_count) noexcept {
  const auto work = [&](Tenant& tenant) -> Result<void> {
    const auto turn = tenant.log_limit.take(std::chrono::steady_clock::now());
    if (!turn.write) return {};
    const auto& id = tenant.config.id;
    if (turn.left_out > 0) {
      log::warn("plugins", "lines beyond 100 a second were left out",
                {{"instance", id}, {"lines", std::to_string(turn.left_out)}});
    }
    const auto of = tenant.calls.find(call);
    const auto line = with_fields(readable(message), fields, field_count);
    if (of && !of->trace.empty()) {
      log::write(level_of(level), tenant.config.plugin, line, {{"instance", id}, {"trace", of->trace}});
    } else {
      log::write(level_of(level), tenant.config.plugin, line, {{"instance", id}});
    }
    return {};
  };
  serve(host, nullptr, work);
}

}  // namespace

const agente_log_v1 kLogService{&write};

}  // namespace agente::plugins
