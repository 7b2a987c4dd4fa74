#pragma once

#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

/// One line per event, UTC first: `2026-09-15T10:00:00.000Z info  PMS booked unit_type=double trace=…`.
///
/// The words are a contract with the operator's greps (OPERATIONS_MANUAL, Appendix D): PMS lines say `PMS`, webhook
/// lines `webhook`; "memory" and "oom" stand only in memory events, so "room" is written `unit`; after the word
/// "whatsapp" the word "error" stands only in the one line of a failed message. `tidy` sees to it, whatever a text
/// brings along. Thread-safe; lines are written by a thread of its own and dropped, counted, when it cannot keep up:
/// logging never holds up a message.
namespace agente::log {

using Field = std::pair<std::string_view, std::string_view>;
using Fields = std::initializer_list<Field>;

enum class Level { kDebug, kInfo, kWarn, kError };

/// What a line is about, where the contract of words depends on it.
enum class About { kOrdinary, kFailedMessage, kMemory };

/// Sends lines to stderr and, if `file` is not empty, to it. Without a call to open, lines go nowhere (tests).
Result<void> open(const std::filesystem::path& file, Level level);
/// From here on, lines below `level` are left out.
void set_level(Level level);
/// Opens the file anew under its name (SIGHUP, after logrotate moved it). Lines are not lost meanwhile.
void reopen();
/// Writes what is queued and stops.
void close();

void write(Level level, std::string_view component, std::string_view message, Fields fields = {},
           About about = About::kOrdinary);
void debug(std::string_view component, std::string_view message, Fields fields = {});
void info(std::string_view component, std::string_view message, Fields fields = {});
void warn(std::string_view component, std::string_view message, Fields fields = {});
void error(std::string_view component, std::string_view message, Fields fields = {});

/// The line as it may stand in the log. Exposed for its tests.
[[nodiscard]] std::string tidy(std::string line, About about);
[[nodiscard]] Level level_named(std::string_view name);

}  // namespace agente::log
