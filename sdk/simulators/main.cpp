#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <mutex>

#include <CLI/CLI.hpp>
#include <poll.h>
#include <unistd.h>

#include "simulators/qloapps/simulator.hpp"
#include "simulators/whatsapp/simulator.hpp"

// agente-sim: one subcommand per service it stands in for.
namespace {

namespace qloapps = agente::sim::qloapps;
namespace whatsapp = agente::sim::whatsapp;

/// What every simulator is told.
struct Common {
  agente::sim::Ports ports;
  int latency = 0;
  std::uint64_t seed = 1;
  std::vector<std::string> faults;
};

void add_common(CLI::App& command, Common& common) {
  command.add_option("--port", common.ports.service, "Port on 127.0.0.1; 0 picks a free one")->required();
  command.add_option("--control-port", common.ports.control,
                     "Port of /__sim and the page; 0 picks a free one; without, they are at --port");
  command.add_option("--tls-certificate", common.ports.certificate,
                     "PEM file, for localhost: --port is https, and --control-port is needed");
  command.add_option("--tls-key", common.ports.key, "PEM file of the certificate's key");
  command.add_option("--latency", common.latency, "Milliseconds before each answer")->check(CLI::NonNegativeNumber);
  command.add_option("--seed", common.seed, "Seed of the faults that have a rate");
  command.add_option("--fault", common.faults, "NAME=RATE, e.g. error_500=0.1; may be repeated");
}

void add_milliseconds(CLI::App& command, const std::string& name, std::chrono::milliseconds& value,
                      const std::string& text) {
  command
      .add_option_function<int>(
          name, [&value](int given) { value = std::chrono::milliseconds(given); },
          text + " (ms, default " + std::to_string(value.count()) + ")")
      ->check(CLI::NonNegativeNumber);
}

void add_whatsapp(CLI::App& command, whatsapp::Options& options) {
  command.add_option("--token", options.token, "The access token that is valid")->capture_default_str();
  command
      .add_option_function<std::int64_t>(
          "--token-ends-in", [&options](std::int64_t given) { options.token_life = std::chrono::seconds(given); },
          "Seconds until the token ends; without, it does not")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{whatsapp::kLongestLife.count()}));
  command.add_option("--phone-number-id", options.phone_number_ids, "Of a business number; may be repeated")
      ->capture_default_str();
  command.add_option("--display-number", options.display_number, "The business' own number")->capture_default_str();
  command.add_option("--waba", options.waba, "Id of the business account")->capture_default_str();
  command.add_option("--app-id", options.app_id, "Id of the app")->capture_default_str();
  command.add_option("--webhook", options.webhook, "Where messages and statuses are posted (http://...)");
  command.add_option("--app-secret", options.app_secret, "Signs what is posted");
  command.add_option("--old-app-secret", options.old_app_secret, "Signs where the fault webhook_old_secret strikes");
  command.add_option("--mix-batch", options.mix.batch, "Up to so many events in one webhook")
      ->check(CLI::Range(1, 1000));
  command.add_option("--mix-duplicates", options.mix.duplicates, "Share of the webhooks that come twice")
      ->check(CLI::Range(0.0, 1.0));
  command.add_flag("--mix-reorder", options.mix.reorder, "Webhooks come in any order, drawn from --seed");
  add_milliseconds(command, "--mix-gather", options.mix.gather, "For how long events are gathered to be mixed");
  command.add_option("--allow", options.allowed,
                     "A guest on the list of a test number, digits; others are 131030; may be repeated");
  command.add_option("--app-limit", options.calls_an_hour, "Calls an hour, of any kind; then code 4. 0: any number")
      ->check(CLI::NonNegativeNumber);
  command.add_option("--rate", options.rate, "Messages a second and number")->capture_default_str();
  command.add_flag("!--no-pair-limit", options.pair_limit, "Any number of messages to one guest");
  const std::map<std::string, whatsapp::ClosedWindow> closed{{"ignore", whatsapp::ClosedWindow::kIgnored},
                                                             {"refuse", whatsapp::ClosedWindow::kRefused},
                                                             {"fail", whatsapp::ClosedWindow::kFailedLater}};
  command
      .add_option("--closed-window", options.closed_window,
                  "A guest who has not written for 24 hours: ignore, refuse (131047) or fail (by status)")
      ->transform(CLI::CheckedTransformer(closed).description(""));
  command.add_flag("--other-wa-id", options.other_wa_id, "Answer Argentine and Mexican numbers with the longer wa_id");
  add_milliseconds(command, "--status-delay", options.status_delay, "Before each of sent, delivered, read");
  add_milliseconds(command, "--retry-gap", options.retry_gap, "Of the second retry of a webhook; doubles");
  add_milliseconds(command, "--webhook-timeout", options.webhook_timeout, "Longest wait for the webhook's answer");
  add_milliseconds(command, "--hold", options.hold, "How long a time-out fault keeps silent");
}

void add_qloapps(CLI::App& command, qloapps::Options& options) {
  command.add_option("--key", options.key, "The webservice key that may do everything")->capture_default_str();
  command.add_option("--readonly-key", options.readonly_key, "A key that may read, and no customers");
  command.add_option("--languages", options.languages, "Of the shop: 1, or 2 with Spanish")->capture_default_str();
  command.add_option("--book", options.book, "A file to keep the bookings in, also when it is killed");
  add_milliseconds(command, "--booking-time", options.booking_time, "Between looking for a room and writing it down");
  add_milliseconds(command, "--hold", options.hold, "How long a time-out fault keeps silent");
}

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

/// Never waits for a reader: a test that reads no more than the ready line must not bring the simulator to a halt.
void print(std::string line) {
  static std::mutex mutex;
  constexpr std::size_t kLongest = 1000;  // a pipe takes that much at once or says that it is full
  if (line.size() > kLongest) line.resize(kLongest);
  line += '\n';
  const std::lock_guard lock(mutex);
  pollfd out{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  if (poll(&out, 1, 0) == 1) (void)!write(STDOUT_FILENO, line.data(), line.size());
}

int refuse(const std::string& why) {
  std::cerr << "agente-sim: " << why << '\n';
  return 2;
}

/// Serves until SIGINT or SIGTERM, which end the process at once: a stand-in has nothing to save.
template <class Simulator, class Options>
int run(Options options, const Common& common) {
  const auto signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  options.ports = common.ports;
  options.seed = common.seed;
  options.latency = std::chrono::milliseconds(common.latency);
  Simulator simulator(std::move(options), print);
  for (const auto& text : common.faults) {
    const auto rule = agente::sim::parse_fault(text);
    if (!rule) return refuse("--fault " + text + " must read NAME=RATE");
    if (const auto why = simulator.arm(*rule)) return refuse(*why);
  }
  print("ready: " + simulator.url() + (common.ports.control ? " control: " + simulator.control_url() : ""));
  if (!common.faults.empty()) print("faults: drawn from --seed " + std::to_string(common.seed));
  int signal = 0;
  sigwait(&signals, &signal);
  std::_Exit(0);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Stand-ins for the services a hotel talks to, for tests and the demo"};
  app.require_subcommand(1);
  Common common;
  whatsapp::Options chat;
  auto& whatsapp_command = *app.add_subcommand("whatsapp", "The WhatsApp Business Cloud API and its guests");
  add_common(whatsapp_command, common);
  add_whatsapp(whatsapp_command, chat);
  qloapps::Options shop;
  auto& qloapps_command = *app.add_subcommand("qloapps", "The webservice of QloApps 1.7 with its demo hotel");
  add_common(qloapps_command, common);
  add_qloapps(qloapps_command, shop);
  CLI11_PARSE(app, argc, argv);
  try {
    if (qloapps_command.parsed()) return run<qloapps::Simulator>(std::move(shop), common);
    return run<whatsapp::Simulator>(std::move(chat), common);
  } catch (const std::exception& problem) {
    return refuse(problem.what());
  }
}
