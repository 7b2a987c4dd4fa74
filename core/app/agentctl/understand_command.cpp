// agentctl understand (offline): JSON lines in, what was understood out, in the same order.
#include <cstdio>
#include <ctime>
#include <iostream>
#include <memory>

#include <nlohmann/json.hpp>

#include "app/agentctl/commands.hpp"
#include "base/calendar.hpp"
#include "base/text.hpp"
#include "concierge/understanding/understanding.hpp"

namespace agente::agentctl {
namespace {

using nlohmann::json;

struct Settings {
  std::string now;
  std::string zone = "Europe/Madrid";
  std::string language;
};

/// A local moment: the day and hour that a message's dates are relative to.
Result<concierge::Context> context_at(const std::string& moment, const std::string& language) {
  const auto time = parse_local(moment, "UTC");  // taken as it is written: already local
  if (!time) return Error{Code::kInvalid, "now: write 2026-09-15T12:00:00, is '" + moment + "'"};
  concierge::Context context;
  context.today = day_in_zone(*time, "UTC");
  context.hour = static_cast<int>(time->time_since_epoch().count() / 3'600'000 % 24);
  if (!language.empty()) context.hotel_language = language;
  return context;
}

std::string local_now(const std::string& zone) {
  const auto now = SystemClock().now();
  const auto midnight = parse_local(format_day(day_in_zone(now, zone)), zone).value_or(now);
  const auto hours = static_cast<int>((now - midnight).count() / 3'600'000);
  char clock[16];
  std::snprintf(clock, sizeof clock, "T%02d:00:00", hours % 24);
  return format_day(day_in_zone(now, zone)) + clock;
}

Result<json> answer(const std::string& line, const Settings& settings) {
  const auto question = json::parse(line, nullptr, false);
  if (!question.is_object() || !question.contains("text") || !question["text"].is_string()) {
    return Error{Code::kInvalid, R"(write a line like {"text": "del 12 al 15 de marzo"})"};
  }
  const auto text_of = [&](const char* key, const std::string& fallback) {
    return question.contains(key) && question[key].is_string() ? question[key].get<std::string>() : fallback;
  };
  const auto now = text_of("now", settings.now.empty() ? local_now(settings.zone) : settings.now);
  const auto context = context_at(now, text_of("lang", settings.language));
  if (!context) return context.error();
  return to_json(concierge::understand(clean_utf8(question["text"].get<std::string>()), *context));
}

int understand(const Settings& settings) {
  if (!is_time_zone(settings.zone)) {
    return failed(
        {Code::kInvalid, "--timezone: '" + settings.zone + "' is no IANA time zone; write e.g. Europe/Madrid"});
  }
  std::ios::sync_with_stdio(false);
  std::string line;
  for (int number = 1; std::getline(std::cin, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const auto understood = answer(line, settings);
    if (!understood) return failed({Code::kInvalid, "line " + std::to_string(number) + ": " + understood.error().text});
    std::printf("%s\n", understood->dump(-1, ' ', false, json::error_handler_t::replace).c_str());
  }
  return 0;
}

}  // namespace

void add_understand(CLI::App& app, Common& common, Chosen& chosen) {
  auto settings = std::make_shared<Settings>();
  auto* command = add_command(app, common, chosen, "understand",
                              "offline: JSON lines {\"text\": …} in, language, intent, slots and dates out",
                              [settings] { return understand(*settings); });
  command->add_option("--now", settings->now, "the local moment that dates are relative to, e.g. 2026-09-15T12:00:00");
  command->add_option("--timezone", settings->zone, "whose now, when neither --now nor the line says")
      ->capture_default_str();
  command->add_option("--lang", settings->language, "the hotel's language: es, en or pt")
      ->check(CLI::IsMember({"es", "en", "pt"}));
}

}  // namespace agente::agentctl
