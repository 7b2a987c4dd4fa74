// agente-host: reads the configuration, starts the house, and waits for signals.
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include <CLI/CLI.hpp>
#include <sysexits.h>
#include <unistd.h>

#include "app/host.hpp"
#include "app/version.hpp"
#include "config/load.hpp"
#include "plugins/plugin_host.hpp"
#include "telemetry/log.hpp"

/// Read by jemalloc before main. One arena, for threads here are many and mostly wait; a small cache for each of them,
/// which without one spend a tenth of their time on the arena's locks (tests/bench/intake.sh).
extern "C" const char* const malloc_conf = "narenas:1,dirty_decay_ms:1000,muzzy_decay_ms:0";

namespace {

using namespace agente;

std::string app_version() { return app::kVersion; }

/// Shown as FILE:LINE:COL: what, and what to write. True when the host itself can stand.
bool report(const config::LoadResult& loaded) {
  for (const auto& problem : loaded.problems) std::fprintf(stderr, "%s\n", config::format(problem).c_str());
  return loaded.config.has_value();
}

sigset_t block_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before any thread: all of them inherit it
  return signals;
}

/// Ends the process if stopping takes longer than it may (CONTRACTS §3: 8 s); what was accepted is in the store.
void limit_stopping() {
  std::thread([] {
    std::this_thread::sleep_for(std::chrono::milliseconds{7500});
    log::close();
    std::_Exit(0);
  }).detach();
}

std::atomic<bool> ends_in_order = false;

/// A plugin that calls exit would end what other threads still use, and might hang there for ever: nobody would start
/// the host again. What was acknowledged is in the store.
void end_at_once(int status, void*) {
  if (ends_in_order) return;
  constexpr std::string_view kWhy = "a plugin has called exit: the host ends at once\n";
  static_cast<void>(::write(STDERR_FILENO, kWhy.data(), kWhy.size()) > 0);
  ::_exit(status == 0 ? EX_SOFTWARE : status);  // never as if all were well
}

int run(const config::Config& config) {
  const auto signals = block_signals();
  if (auto opened = log::open(config.log.file.value_or(""), log::level_named(config.log.level)); !opened) {
    std::fprintf(stderr, "%s\n", opened.error().text.c_str());
    return 2;
  }
  auto host = app::Host::start(config);
  if (!host) {
    log::close();
    std::fprintf(stderr, "agente-host cannot start: %s\n", host.error().text.c_str());
    return 2;
  }
  ::on_exit(end_at_once, nullptr);
  log::info("host", "ready", {{"url", (*host)->operator_url()}, {"version", app::kVersion}});
  std::printf("ready: %s/\n", (*host)->operator_url().c_str());
  std::fflush(stdout);
  for (int signal = 0; sigwait(&signals, &signal) == 0;) {
    if (signal != SIGHUP) break;
    log::reopen();
    log::info("host", "log reopened");
    (*host)->reread();
  }
  log::info("host", "stopping");
  limit_stopping();
  (*host)->stop();
  log::info("host", "stopped");
  log::close();
  ends_in_order = true;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"agente-host: the integration host of a hotel. Runs in the foreground; SIGTERM drains and stops it."};
  std::string file;
  bool check = false;
  app.add_option("--config", file, "the YAML configuration; see config/example.yaml")->required();
  app.add_flag("--check", check, "only read the configuration: exit 0 when it is good, 2 with every mistake otherwise");
  app.set_version_flag("--version", app_version());
  CLI11_PARSE(app, argc, argv);
  const auto loaded = config::load(file, {.schema_of = plugins::read_schema});
  const bool stands = report(loaded);
  if (check) return loaded.ok() ? 0 : 2;
  if (!stands) return 2;
  return run(*loaded.config);
}
