// agentctl messages, message show|retry|drop|replay|media ID.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>
#include <memory>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "app/agentctl/commands.hpp"

namespace agente::agentctl {
namespace {

using nlohmann::json;

struct Wanted {
  std::string channel, sender, direction, status, since;
  long limit = std::numeric_limits<long>::max();
};

std::string query_of(const Wanted& wanted) {
  std::string query = "?limit=1000";
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) query += std::string("&") + name + "=" + url_encoded(value);
  };
  add("channel", wanted.channel);
  add("sender", wanted.sender);
  add("direction", wanted.direction);
  add("status", wanted.status);
  add("since", wanted.since);
  return query;
}

/// Page after page until the end: a listing has no limit of its own.
int messages(const Common& common, const Wanted& wanted) {
  const auto client = common.client();
  std::string cursor;
  for (long printed = 0; printed < wanted.limit;) {
    const auto page = client.get("/api/v1/admin/messages" + query_of(wanted) + cursor);
    if (!page) return failed(page.error());
    for (const auto& line : page->at("messages")) {
      if (printed++ >= wanted.limit) break;
      std::printf("%s\n", line.dump().c_str());
    }
    if (page->at("next_cursor").is_null()) break;
    cursor = "&cursor=" + page->at("next_cursor").get<std::string>();
  }
  return 0;
}

int retry(const Common& common, const std::string& id) {
  const auto answer = common.client().post("/api/v1/admin/messages/" + url_encoded(id) + "/retry", json::object());
  if (!answer) return failed(answer.error());
  if (common.json) {
    std::printf("%s\n", answer->dump().c_str());
  } else {
    std::printf("message %s is sent again; follow it with `agentctl messages --direction out`\n", id.c_str());
  }
  return 0;
}

int show(const Common& common, const std::string& id) {
  const auto answer = common.client().get("/api/v1/admin/messages/" + url_encoded(id));
  if (!answer) return failed(answer.error());
  std::printf("%s\n", common.json ? answer->dump().c_str() : answer->dump(2).c_str());
  return 0;
}

int drop(const Common& common, const std::string& id) {
  const auto answer = common.client().post("/api/v1/admin/messages/" + url_encoded(id) + "/drop", json::object());
  if (!answer) return failed(answer.error());
  if (common.json) {
    std::printf("%s\n", answer->dump().c_str());
  } else {
    std::printf("message %s will not go out\n", id.c_str());
  }
  return 0;
}

int replay(const Common& common, const std::string& id) {
  const auto answer = common.client().post("/api/v1/admin/messages/" + url_encoded(id) + "/replay", json::object());
  if (!answer) return failed(answer.error());
  if (common.json) {
    std::printf("%s\n", answer->dump().c_str());
  } else {
    std::printf("message %s is handled again; follow it with `agentctl messages`\n", id.c_str());
  }
  return 0;
}

/// As the host keeps it: for nobody else. Null: it is there already, or cannot be made.
std::FILE* new_file_of_ours(const std::string& path) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  return file < 0 ? nullptr : fdopen(file, "wb");
}

/// To the file, or to stdout for a program; a terminal is shown no bytes of a guest's.
int media(const Common& common, const std::string& id, const std::string& to) {
  if (to.empty() && isatty(STDOUT_FILENO) != 0) {
    std::fprintf(stderr, "write `-o FILE`, or send the output to a file or program\n");
    return 2;
  }
  const auto got = common.client().download("/api/v1/admin/messages/" + url_encoded(id) + "/media");
  if (!got) return failed(got.error());
  std::FILE* out = to.empty() ? stdout : new_file_of_ours(to);
  if (out == nullptr) {
    std::fprintf(stderr, "%s cannot be written, or is there already: %s\n", to.c_str(), std::strerror(errno));
    return 1;
  }
  const bool written = std::fwrite(got->bytes.data(), 1, got->bytes.size(), out) == got->bytes.size();
  const bool closed = (to.empty() ? std::fflush(out) : std::fclose(out)) == 0;
  if (written && closed && !to.empty())
    std::printf("%s: %zu bytes (%s)\n", to.c_str(), got->bytes.size(), got->name.c_str());
  if (written && closed) return 0;
  std::fprintf(stderr, "not all of it could be written\n");
  if (!to.empty()) std::remove(to.c_str());
  return 1;
}

}  // namespace

void add_messages(CLI::App& app, Common& common, Chosen& chosen) {
  auto wanted = std::make_shared<Wanted>();
  auto* list = add_command(app, common, chosen, "messages", "JSON lines, oldest first: what came in and what went out",
                           [&common, wanted] { return messages(common, *wanted); });
  list->add_option("--channel", wanted->channel, "only this channel");
  list->add_option("--sender", wanted->sender, "only from this guest and to him, as the channel names him");
  list->add_option("--direction", wanted->direction, "only `in` or `out`")->check(CLI::IsMember({"in", "out"}));
  list->add_option("--status", wanted->status, "only this status, e.g. received, processed, sent, failed, held");
  list->add_option("--since", wanted->since, "only from this time on, e.g. 2026-09-15T12:00:00Z");
  list->add_option("--limit", wanted->limit, "at most so many (default: all)")->check(CLI::PositiveNumber);

  auto* message = app.add_subcommand("message", "one message");
  message->require_subcommand(1);
  auto id = std::make_shared<std::string>();
  add_command(*message, common, chosen, "retry", "sends a dead letter, or one that is held, again",
              [&common, id] { return retry(common, *id); })
      ->add_option("ID", *id, "the id that `agentctl messages` shows")
      ->required();
  add_command(*message, common, chosen, "show", "one that came in, as its provider sent it, and the replies to it",
              [&common, id] { return show(common, *id); })
      ->add_option("ID", *id, "the id that `agentctl messages` shows")
      ->required();
  add_command(*message, common, chosen, "drop", "what is held for a guest is not to go out any more",
              [&common, id] { return drop(common, *id); })
      ->add_option("ID", *id, "the id that `agentctl messages --status held` shows")
      ->required();
  auto to = std::make_shared<std::string>();
  auto* file = add_command(*message, common, chosen, "media", "the file that a guest sent with it",
                           [&common, id, to] { return media(common, *id, *to); });
  file->add_option("ID", *id, "the id that `agentctl messages` shows")->required();
  file->add_option("-o,--output", *to, "a new file to write it to (default: the output)");
  add_command(*message, common, chosen, "replay",
              "handles a guest's last message again; books nothing twice and repeats no answer he has",
              [&common, id] { return replay(common, *id); })
      ->add_option("ID", *id, "the id that `agentctl messages` shows")
      ->required();
}

}  // namespace agente::agentctl
