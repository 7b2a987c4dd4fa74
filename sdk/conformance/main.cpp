#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "conformance/process_state.hpp"
#include "conformance/report.hpp"

// agente-conformance: whether a plugin keeps the rules of its ABI.
namespace {

namespace conformance = agente::conformance;

struct Options {
  std::string file;
  std::string config;
  bool online = false;
  std::vector<std::string> only;
  bool json = false;
  bool junit = false;
  bool list = false;
  bool verbose = false;
  std::optional<std::uint64_t> seed;
  std::optional<std::string> fuzz;
  int jobs = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  std::optional<double> timeout;
};

/// "30s": seconds; "500": rounds.
struct FuzzLength {
  std::uint64_t rounds = 200;
  std::chrono::milliseconds time{0};
};

std::optional<FuzzLength> length_of(const std::string& text) {
  constexpr std::uint64_t kMost = 1'000'000'000;
  FuzzLength length;
  if (text.empty()) return length;
  std::uint64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const bool seconds = stop + 1 == end && *stop == 's';
  if (error != std::errc{} || number == 0 || number > kMost || (stop != end && !seconds)) return std::nullopt;
  if (seconds) {
    length.time = std::chrono::seconds(number);
  } else {
    length.rounds = number;
  }
  return length;
}

void declare(CLI::App& app, Options& options) {
  app.add_option("FILE.so", options.file, "The plugin");
  auto* config =
      app.add_option("--config", options.config,
                     "YAML or JSON with the plugin's `config:`; left out: the first of its schema's examples");
  app.add_flag("--online", options.online,
               "Ask the provider that --config names, with an account for tests: the checks of a PMS book and cancel "
               "there, one after the other; what needs a scripted provider is left out")
      ->needs(config);
  app.add_option("--only", options.only,
                 "Only checks whose id or group fits this glob, e.g. 'memory/*'; may be repeated");
  auto* json = app.add_flag("--json", options.json, "The results as JSON, with the file's digest: the certificate");
  app.add_flag("--junit", options.junit, "The results as JUnit XML")->excludes(json);
  app.add_option("--seed", options.seed, "Seed of everything random, to replay a run (default 1; of --fuzz: any)");
  app.add_flag("--list", options.list, "Every check with a paragraph on what it does and why; runs nothing");
  app.add_option("--fuzz", options.fuzz,
                 "Instead of the checks, random call sequences: so many ROUNDS (200), or SECONDS as in 30s")
      ->expected(0, 1)
      ->default_str("");
  app.add_option("--jobs", options.jobs, "Checks at once (default: the number of cores)")->check(CLI::Range(1, 256));
  app.add_option("--timeout", options.timeout, "Seconds after which a check is killed (default 20, with --online 120)")
      ->check(CLI::Range(0.05, 3600.0));
  app.add_flag("--verbose", options.verbose, "With what the plugin printed while it was checked");
  app.footer(
      "Exit status: 0 when no check failed (crash and timeout count as failed, warn and skip do not), 1 when one did "
      "or\n"
      "when FILE.so is no plugin, 2 when the command line or the config cannot be used.");
}

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

/// "12/85" on a terminal, so that nobody waits in the dark.
conformance::Progress progress() {
  if (::isatty(STDERR_FILENO) == 0) return [](std::size_t, std::size_t) {};
  return [](std::size_t done, std::size_t all) {
    std::fprintf(stderr, "\r%zu/%zu", done, all);
    if (done == all) std::fprintf(stderr, "\r%20s\r", "");
  };
}

int refuse(const Options& options, const agente::Error& error) {
  if (options.json) {
    const nlohmann::ordered_json out{{"file", options.file},
                                     {"error", error.text},
                                     {"conforms", false},
                                     {"results", nlohmann::ordered_json::array()}};
    print(out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
  }
  if (options.junit) print(conformance::refusal_as_junit(options.file, error.text));
  std::fprintf(stderr, "agente-conformance: %s\n", error.text.c_str());
  return error.code == agente::Code::kConfig ? 2 : 1;
}

int list(const Options& options) {
  const auto& checks = conformance::all_checks();
  print(options.json ? conformance::catalogue_as_json(checks) : conformance::catalogue_as_text(checks));
  return 0;
}

std::vector<conformance::Result> results_of(const conformance::Runner& runner, const Options& options,
                                            const FuzzLength& length) {
  if (!options.fuzz) return runner.check(options.only, progress());
  return runner.fuzz(length.rounds, length.time, progress());
}

conformance::Limits limits_of(const Options& options, std::uint64_t image) {
  const auto seconds = options.timeout.value_or(options.online ? 120.0 : 20.0);
  conformance::Limits limits{.at_once = options.online ? 1 : options.jobs,
                             .time = std::chrono::milliseconds(static_cast<long>(seconds * 1000))};
  limits.file_size = std::max(limits.file_size, image);                       // each check has a copy of the file
  if (!conformance::is_sanitized()) limits.memory = std::uint64_t{4} << 30U;  // shadow memory takes terabytes
  return limits;
}

int run(const Options& options) {
  if (options.list) return list(options);
  if (options.file.empty()) {
    std::fprintf(stderr, "agente-conformance: name the plugin's file, or --list; see --help\n");
    return 2;
  }
  const auto length = length_of(options.fuzz.value_or(""));
  if (!length) {
    std::fprintf(stderr, "agente-conformance: --fuzz takes a number of rounds (500) or of seconds (30s)\n");
    return 2;
  }
  auto subject = conformance::read_subject(options.file, options.config);
  if (!subject) return refuse(options, subject.error());
  subject->online = options.online;
  if (options.online) subject->config_origin += ", with the provider itself";
  const bool any_seed = options.fuzz || options.online;  // a provider remembers the references of the last time
  const auto seed = options.seed.value_or(any_seed ? std::random_device()() : 1);
  const auto limits = limits_of(options, subject->bytes.size());
  const auto results = results_of({*subject, limits, seed}, options, *length);
  if (results.empty()) {
    std::fprintf(stderr, "agente-conformance: no check fits --only%s; see --list\n",
                 options.online ? ", or none of this kind is for --online" : "");
    return 2;
  }
  const conformance::Account account{*subject, results, seed, options.verbose};
  print(options.json ? as_json(account) : options.junit ? as_junit(account) : as_text(account));
  return conformance::tally(results).failed == 0 ? 0 : 1;
}

/// glibc counts what a thread keeps for its next allocation as in use, so that memory seems to grow and shrink at
/// random. Told not to keep any, it counts exactly; that can be told at the start of a program only.
void count_memory_exactly(char** argv) {
  if (conformance::is_sanitized() || std::getenv("GLIBC_TUNABLES") != nullptr) return;  // NOLINT: one thread
  if (::setenv("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0", 1) == 0) ::execv("/proc/self/exe", argv);
}

}  // namespace

int main(int argc, char** argv) {
  count_memory_exactly(argv);
  CLI::App app{"Checks whether a plugin keeps the rules of the Agente plugin ABI, each check in a process of its own."};
  Options options;
  declare(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    return run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "agente-conformance: %s\n", error.what());
    return 2;
  }
}
