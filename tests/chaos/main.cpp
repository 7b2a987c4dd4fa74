// The chaos program: guests talk while everything under and around the hosts is killed, cut, slowed and set wrong; then
// a checker that knows nothing of the hosts compares what came of it with what should have. See README.md.
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "checker.hpp"
#include "guests.hpp"
#include "hotel.hpp"
#include "mailbox.hpp"
#include "plan.hpp"
#include "trouble.hpp"

namespace agente::chaos {
namespace {

using std::chrono::steady_clock;

constexpr auto kBeat = std::chrono::milliseconds{20};
constexpr int kMostShown = 20;

struct Command {
  Wanted wanted{};
  int patience = 60;  ///< seconds after the last blow in which all must come right
  std::string host_program = AGENTE_HOST;
  bool plan_only = false;
  bool json = false;
  bool quiet = false;
};

struct Outcome {
  std::vector<Finding> findings;
  Record record;
  std::map<Fault, int> struck;
  int restarts = 0;
  double seconds = 0;
};

void say(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

std::string replay_of(const Command& command) {
  const auto& wanted = command.wanted;
  return "chaos --seed " + std::to_string(wanted.seed) + " --seconds " + std::to_string(wanted.seconds) + " --guests " +
         std::to_string(wanted.guests) + " --hosts " + std::to_string(wanted.hosts) + " --store " +
         (wanted.servers ? "servers" : "sqlite") + " --faults " + wanted.faults +
         (command.host_program == AGENTE_HOST ? "" : " --host-program " + command.host_program);
}

/// One run from its beginning to its verdict.
class Run {
 public:
  Run(const Command& command, const std::filesystem::path& folder)
      : command_(command),
        plan_(make_plan(command.wanted)),
        hotel_(
            {.wanted = command.wanted, .faults = plan_.faults, .folder = folder, .host_program = command.host_program}),
        trouble_(plan_.blows, hotel_, [this](const std::string& line) { note(line); }) {}

  Outcome carry_out() {
    wait_for_all_hosts();
    began_ = steady_clock::now();
    Mailbox mailbox(hotel_.provider());
    Guests guests(
        plan_.talks,
        {.door = hotel_.door(), .seed = command_.wanted.seed, .duplicates = plan_.faults.contains(Fault::kDuplicates)},
        mailbox);
    const auto last = std::int64_t{command_.wanted.seconds} * 1'000;
    for (; now_ms() < last; std::this_thread::sleep_for(kBeat)) {
      trouble_.go_on(now_ms());
      progress(guests);
    }
    trouble_.mend_all(now_ms());
    Outcome outcome;
    outcome.record = wait_until_all_is_well(guests, mailbox);
    outcome.findings = check(outcome.record);
    outcome.struck = trouble_.struck();
    outcome.restarts = trouble_.restarts();
    outcome.seconds = static_cast<double>(now_ms()) / 1'000;
    return outcome;
  }

 private:
  void note(const std::string& line) const {
    if (!command_.quiet) say(line);
  }
  [[nodiscard]] std::int64_t now_ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - began_).count();
  }

  void wait_for_all_hosts() {
    const auto end = steady_clock::now() + std::chrono::seconds{60};
    while (!hotel_.all_answer()) {
      if (steady_clock::now() > end) throw std::runtime_error("the hosts did not come up");
      std::this_thread::sleep_for(kBeat);
    }
  }

  void progress(const Guests& guests) {
    if (now_ms() < told_ms_ + 10'000) return;
    told_ms_ = now_ms();
    say(std::to_string(told_ms_ / 1'000) + " s: " + std::to_string(guests.done()) + " of " +
        std::to_string(command_.wanted.guests) + " guests are done, " + std::to_string(hotel_.books().size()) +
        " bookings made");
  }

  Record record_of(const Guests& guests, const Mailbox& mailbox) {
    // The guests last: what they have not written yet cannot have been answered.
    Record record{.sent = mailbox.all(), .books = hotel_.books(), .crashes = trouble_.crashes()};
    if (auto reported = hotel_.reported()) record.reported = std::move(*reported);
    record.guests = guests.so_far();
    return record;
  }

  /// Right twice, some seconds apart: nothing late has spoilt it.
  Record wait_until_all_is_well(const Guests& guests, const Mailbox& mailbox) {
    const auto end = now_ms() + std::int64_t{command_.patience} * 1'000;
    for (std::int64_t well_since = -1;;) {
      for (const auto look = now_ms() + 1'000; now_ms() < look; std::this_thread::sleep_for(kBeat)) {
        trouble_.go_on(now_ms());
        progress(guests);
      }
      auto record = record_of(guests, mailbox);
      const bool well = guests.done() == command_.wanted.guests && check(record).empty();
      if (!well) well_since = -1;
      if (well && well_since < 0) well_since = now_ms();
      if (now_ms() > end || (well && now_ms() - well_since >= 3'000)) return record;
    }
  }

  const Command& command_;
  const Plan plan_;
  Hotel hotel_;
  Trouble trouble_;
  steady_clock::time_point began_ = steady_clock::now();
  std::int64_t told_ms_ = 0;
};

std::string struck_words(const Outcome& outcome) {
  std::string words;
  for (const auto& [fault, count] : outcome.struck) {
    words.append(words.empty() ? "" : ", ").append(name_of(fault)).append(" ").append(std::to_string(count));
  }
  return words;
}

int repeats(const Record& record) {
  std::set<std::string> keys;
  for (const auto& message : record.sent) keys.insert(message.key);
  return static_cast<int>(record.sent.size() - keys.size());
}

void print_words(const Outcome& outcome) {
  const auto& record = outcome.record;
  std::size_t written = 0;
  for (const auto& guest : record.guests) written += guest.written.size();
  say("struck: " + struck_words(outcome) + "; hosts started again " + std::to_string(outcome.restarts) + " times");
  say(std::to_string(record.guests.size()) + " guests, " + std::to_string(written) + " messages of theirs, " +
      std::to_string(record.sent.size()) + " to them (" + std::to_string(repeats(record)) + " of them repeats; " +
      std::to_string(record.reported.size()) + " reported as possible), " + std::to_string(record.books.size()) +
      " bookings");
  for (std::size_t i = 0; i < outcome.findings.size() && i < kMostShown; ++i) {
    const auto& finding = outcome.findings[i];
    say(std::string("FOUND ") + name_of(finding.kind) + (finding.guest.empty() ? "" : ", guest " + finding.guest) +
        "\n  expected: " + finding.expected + "\n  seen:     " + finding.seen);
  }
}

void print_json(const Command& command, const Outcome& outcome) {
  nlohmann::json findings = nlohmann::json::array();
  for (const auto& finding : outcome.findings) {
    findings.push_back({{"kind", name_of(finding.kind)},
                        {"guest", finding.guest},
                        {"expected", finding.expected},
                        {"seen", finding.seen}});
  }
  nlohmann::json struck = nlohmann::json::object();
  for (const auto& [fault, count] : outcome.struck) struck[name_of(fault)] = count;
  say(nlohmann::json{{"seed", command.wanted.seed},
                     {"replay", replay_of(command)},
                     {"seconds", outcome.seconds},
                     {"guests", outcome.record.guests.size()},
                     {"sent", outcome.record.sent.size()},
                     {"repeats", repeats(outcome.record)},
                     {"bookings", outcome.record.books.size()},
                     {"struck", struck},
                     {"restarts", outcome.restarts},
                     {"findings", findings}}
          .dump());
}

int run(const Command& command) {
  say("seed " + std::to_string(command.wanted.seed));
  if (command.plan_only) {
    for (const auto& blow : make_plan(command.wanted).blows) say(in_words(blow));
    return 0;
  }
  const auto folder = std::filesystem::temp_directory_path() / ("agente-chaos-" + random_hex(8));
  std::filesystem::create_directories(folder);
  const auto outcome = Run(command, folder).carry_out();
  command.json ? print_json(command, outcome) : print_words(outcome);
  if (outcome.findings.empty()) {
    std::filesystem::remove_all(folder);
    say("all is well after " + std::to_string(static_cast<int>(outcome.seconds)) + " s");
    return 0;
  }
  say(std::to_string(outcome.findings.size()) + " findings; logs are in " + folder.string() +
      "\nagain: " + replay_of(command));
  return 1;
}

void add_options(CLI::App& app, Command& command, std::string& store) {
  app.add_option("--seed", command.wanted.seed, "Everything follows from it; a random one without");
  app.add_option("--seconds", command.wanted.seconds, "How long there is trouble")->capture_default_str();
  app.add_option("--guests", command.wanted.guests, "How many talk")->capture_default_str();
  app.add_option("--hosts", command.wanted.hosts, "How many hosts; 1 on sqlite")->check(CLI::Range(1, 9));
  app.add_option("--store", store, "servers: PostgreSQL and Redis; or sqlite")
      ->check(CLI::IsMember({"servers", "sqlite"}));
  app.add_option("--faults", command.wanted.faults, "all, none, or NAME or NAME=COUNT with commas between");
  app.add_option("--patience", command.patience, "Seconds after the trouble until all must be right")
      ->capture_default_str();
  app.add_option("--host-program", command.host_program, "Another agente-host, e.g. a broken one");
  app.add_flag("--plan", command.plan_only, "Only print what would be done");
  app.add_flag("--json", command.json, "The verdict as one line of JSON");
  app.add_flag("--quiet", command.quiet, "No line for each fault");
}

}  // namespace
}  // namespace agente::chaos

int main(int argc, char** argv) try {
  agente::chaos::Command command;
  std::string store = "servers";
  command.wanted.seed = std::random_device{}();
  CLI::App app{"Guests talk, everything breaks, nothing may be lost or doubled.", "chaos"};
  agente::chaos::add_options(app, command, store);
  CLI11_PARSE(app, argc, argv);
  command.wanted.servers = store == "servers";
  if (!command.wanted.servers) command.wanted.hosts = 1;
  std::signal(SIGPIPE, SIG_IGN);
  return agente::chaos::run(command);
} catch (const std::exception& failure) {
  std::fprintf(stderr, "chaos: %s\n", failure.what());
  return 2;
}
