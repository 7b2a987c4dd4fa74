// agentctl events: who waits for a person, what failed.
#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>

#include <nlohmann/json.hpp>

#include "app/agentctl/commands.hpp"

namespace agente::agentctl {
namespace {

struct Wanted {
  std::string hotel, type, since;
  bool follow = false;
};

std::string query_of(const Wanted& wanted) {
  std::string query = "?limit=1000";
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) query += std::string("&") + name + "=" + url_encoded(value);
  };
  add("hotel", wanted.hotel);
  add("type", wanted.type);
  add("since", wanted.since);
  if (wanted.follow) query += "&settled=1";
  return query;
}

/// The host is away, or starts.
bool passes(const Error& error) { return error.code == Code::kRetry || error.code == Code::kTimeout; }

/// Page after page until the end, and with `follow` on and on.
int events(const Common& common, const Wanted& wanted) {
  const auto client = common.client();
  std::string cursor;
  for (;;) {
    const auto page = client.get("/api/v1/admin/events" + query_of(wanted) + cursor);
    if (!page && !(wanted.follow && passes(page.error()))) return failed(page.error());
    if (!page) {
      std::fprintf(stderr, "agentctl: %s; still following\n", page.error().text.c_str());
      std::this_thread::sleep_for(std::chrono::seconds{5});
      continue;
    }
    const auto& list = page->at("events");
    for (const auto& event : list) std::printf("%s\n", event.dump().c_str());
    std::fflush(stdout);
    cursor = "&cursor=" + page->at("cursor").get<std::string>();
    if (!list.empty()) continue;
    if (!wanted.follow) return 0;
    std::this_thread::sleep_for(std::chrono::seconds{1});
  }
}

}  // namespace

void add_events(CLI::App& app, Common& common, Chosen& chosen) {
  auto wanted = std::make_shared<Wanted>();
  auto* command =
      add_command(app, common, chosen, "events",
                  "JSON lines, oldest first: guests who wait for a person, messages that failed or are held",
                  [&common, wanted] { return events(common, *wanted); });
  command->add_option("--hotel", wanted->hotel, "of this hotel (default: the first)");
  command->add_option("--type", wanted->type,
                      "only these, e.g. conversation.handoff, message.failed, message.held, reservation.status");
  command->add_option("--since", wanted->since, "only from this time on, e.g. 2026-09-15T12:00:00Z");
  command->add_flag("-f,--follow", wanted->follow,
                    "goes on until it is stopped; each event is shown when it is 20 s old");
}

}  // namespace agente::agentctl
