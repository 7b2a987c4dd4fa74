#include "telemetry/log.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <mutex>

#include <spdlog/spdlog.h>

#include "telemetry/log_sink.hpp"

namespace agente::log {
namespace {

struct Output {
  std::mutex mutex;  // guards open, reopen and close against each other; writing needs none
  std::shared_ptr<LogSink> sink;
  std::shared_ptr<spdlog::logger> logger;
};

Output& output() {
  static Output instance;
  return instance;
}

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarn:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

std::string_view label_of(Level level) {
  static constexpr std::array<std::string_view, 4> kLabels = {"debug ", "info  ", "warn  ", "error "};
  return kLabels.at(static_cast<std::size_t>(level));
}

std::size_t find_folded(const std::string& line, std::string_view word, std::size_t from) {
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  const auto at =
      std::search(line.begin() + static_cast<std::ptrdiff_t>(from), line.end(), word.begin(), word.end(), same);
  return at == line.end() ? std::string::npos : static_cast<std::size_t>(at - line.begin());
}

void replace_folded(std::string& line, std::string_view word, std::string_view by, std::size_t from = 0) {
  for (auto at = find_folded(line, word, from); at != std::string::npos; at = find_folded(line, word, at + by.size())) {
    line.replace(at, word.size(), by);
  }
}

bool needs_quotes(std::string_view value) {
  return value.empty() || value.find_first_of(" \"=") != std::string_view::npos;
}

void append_value(std::string& line, std::string_view value) {
  const bool quoted = needs_quotes(value);
  if (quoted) line += '"';
  for (const char c : value) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    line += control ? ' ' : (c == '"' ? '\'' : c);  // one line per event, whatever a guest wrote
  }
  if (quoted) line += '"';
}

}  // namespace

std::string tidy(std::string line, About about) {
  if (about != About::kMemory) {
    replace_folded(line, "room", "unit");
    replace_folded(line, "oom", "o-m");
    replace_folded(line, "memory", "mem");
  }
  if (about != About::kFailedMessage) {
    if (const auto at = line.find("whatsapp"); at != std::string::npos) replace_folded(line, "error", "fault", at);
  }
  return line;
}

Level level_named(std::string_view name) {
  if (name == "debug") return Level::kDebug;
  if (name == "warn") return Level::kWarn;
  return name == "error" ? Level::kError : Level::kInfo;
}

Result<void> open(const std::filesystem::path& file, Level level) {
  auto& out = output();
  const std::lock_guard lock(out.mutex);
  auto sink = std::make_shared<LogSink>(file);
  if (auto opened = sink->reopen(); !opened) return opened.error();
  out.sink = sink;
  out.logger = std::make_shared<spdlog::logger>("agente", sink);
  out.logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %v", spdlog::pattern_time_type::utc);
  out.logger->set_level(to_spdlog(level));
  return {};
}

void set_level(Level level) {
  auto& out = output();
  const std::lock_guard lock(out.mutex);
  if (out.logger) out.logger->set_level(to_spdlog(level));
}

void reopen() {
  auto& out = output();
  const std::lock_guard lock(out.mutex);
  if (!out.sink) return;
  if (auto opened = out.sink->reopen(); !opened) error("log", opened.error().text);
}

void close() {
  auto& out = output();
  const std::lock_guard lock(out.mutex);
  out.logger.reset();
  out.sink.reset();
}

void write(Level level, std::string_view component, std::string_view message, Fields fields, About about) {
  const auto& logger = output().logger;
  if (!logger || !logger->should_log(to_spdlog(level))) return;
  std::string line(label_of(level));
  line += component;
  line += ' ';
  for (const char c : message) line += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  for (const auto& [key, value] : fields) {
    line += ' ';
    line += key;
    line += '=';
    append_value(line, value);
  }
  logger->log(to_spdlog(level), tidy(std::move(line), about));
}

void debug(std::string_view component, std::string_view message, Fields fields) {
  write(Level::kDebug, component, message, fields);
}
void info(std::string_view component, std::string_view message, Fields fields) {
  write(Level::kInfo, component, message, fields);
}
void warn(std::string_view component, std::string_view message, Fields fields) {
  write(Level::kWarn, component, message, fields);
}
void error(std::string_view component, std::string_view message, Fields fields) {
  write(Level::kError, component, message, fields);
}

}  // namespace agente::log
