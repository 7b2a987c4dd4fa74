#include "hotel.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <utility>

#include <nlohmann/json.hpp>

#include "stage.hpp"

namespace agente::chaos {
namespace {

using std::chrono::milliseconds;

constexpr const char* kAccount = "106540352242922";
constexpr const char* kToken = "chaos-token";
/// Longer than a pause: a call that a host began before it slept has had its effect by then.
constexpr int kBookingSettle = 10;

constexpr std::array kProviderFaults{
    "error_500=0.03",     "rate_429=0.02",         "reset_before=0.02",    "reset_after=0.02", "truncated_json=0.01",
    "timeout_after=0.01", "status_duplicate=0.05", "status_reversed=0.05", "status_drop=0.03", "status_early=0.02"};

/// When every run begins, for all programs of the hotel: the moment at which webhooks of tests are written. The stays
/// that guests wish for lie months ahead of it.
constexpr std::chrono::sys_seconds kBeginning{std::chrono::seconds{1'763'200'130}};

milliseconds from_now_to_the_beginning() {
  return std::chrono::duration_cast<milliseconds>(kBeginning - std::chrono::system_clock::now());
}

/// The same address by another port.
std::string through(const Proxy& wire, std::string url, int port) {
  const auto text = ":" + std::to_string(port);
  return url.replace(url.rfind(text), text.size(), ":" + std::to_string(wire.port()));
}

int port_of(const std::string& url) {
  const auto colon = url.rfind(':');
  return std::stoi(url.substr(colon + 1));
}

/// What is preloaded must be readable for the user that PostgreSQL runs as.
void preload_everywhere(const std::filesystem::path& folder, const std::filesystem::path& dials) {
#ifdef AGENTE_CHAOS_PRELOAD
  const auto copy = folder / "preload.so";
  std::filesystem::copy_file(AGENTE_CHAOS_PRELOAD, copy, std::filesystem::copy_options::overwrite_existing);
  ::setenv("LD_PRELOAD", copy.c_str(), 1);
  ::setenv("AGENTE_CHAOS_DIALS", dials.c_str(), 1);
#else
  static_cast<void>(folder);
  static_cast<void>(dials);
#endif
}

}  // namespace

Hotel::Hotel(Options options)
    : options_(std::move(options)),
      right_time_(from_now_to_the_beginning()),
      servers_dials_(options_.folder / "servers.dials"),
      store_url_("sqlite:agente.db"),
      provider_port_(e2e::free_port()) {
  preload_everywhere(options_.folder, servers_dials_.file());
  servers_dials_.shift_clock(right_time_);
  if (options_.wanted.servers) start_servers();
  provider_wire_ = std::make_unique<Proxy>(std::vector{provider_port_});
  std::vector<int> ports;
  for (int i = 0; i < options_.wanted.hosts; ++i) {
    auto& host = hosts_.emplace_back();
    host.folder = options_.folder / ("host-" + std::to_string(i));
    host.port = e2e::free_port();
    std::filesystem::create_directories(host.folder);
    host.dials = std::make_unique<Dials>(host.folder / "dials");
    host.dials->shift_clock(right_time_);
    write_config(host);
    ports.push_back(host.port);
  }
  door_ = std::make_unique<Proxy>(ports);
  start_provider();
  for (int i = 0; i < hosts(); ++i) start_host(i);
}

Hotel::~Hotel() {
  for (int i = 0; i < hosts(); ++i) signal_host(i, SIGKILL);
}

void Hotel::start_servers() {
  postgres_ = std::make_unique<servers::PostgresServer>();
  redis_ = std::make_unique<servers::RedisServer>("chaos-redis");
  const auto store = postgres_->new_database();
  const auto port = port_of(store);
  postgres_wire_ = std::make_unique<Proxy>(std::vector{port});
  redis_wire_ = std::make_unique<Proxy>(std::vector{redis_->port()});
  store_url_ = through(*postgres_wire_, store, port);
  cache_url_ = through(*redis_wire_, redis_->url(), redis_->port());
}

void Hotel::start_provider() {
  std::vector<std::string> command{AGENTE_SIM,
                                   "whatsapp",
                                   "--port",
                                   std::to_string(provider_port_),
                                   "--token",
                                   kToken,
                                   "--webhook",
                                   door() + "/webhook/whatsapp",
                                   "--app-secret",
                                   e2e::Stage::secret(),
                                   "--no-pair-limit",
                                   "--rate",
                                   "500",
                                   "--seed",
                                   std::to_string(options_.wanted.seed)};
  if (options_.faults.contains(Fault::kProvider)) {
    for (const auto* fault : kProviderFaults) command.insert(command.end(), {"--fault", fault});
  }
  provider_ = std::make_unique<e2e::Process>(
      e2e::Process::Options{.command = std::move(command), .log = options_.folder / "provider.log"});
  provider_->wait_for_line("ready:");
}

/// A machine alone with its wrong clock cannot tell whether a message is old: none is to be left to a person for that.
void Hotel::write_config(const Host& host) const {
  const bool forgetful = options_.faults.contains(Fault::kProvider);
  std::ofstream(host.folder / "agente.yaml")
      << "environment: test\nserver: {operator: \"127.0.0.1:" << host.port
      << "\", max_connections_per_address: 1000}\nstorage: {url: \"" << store_url_ << "\"}\n"
      << (cache_url_.empty() ? "" : "cache: {url: \"" + cache_url_ + "\"}\n") << "log: {file: app.log}\n"
      << "plugins: {path: [\"" << AGENTE_PLUGINS << "\", \"" << AGENTE_CHAOS_PLUGINS << "\"]}\n"
      << "limits: {" << (options_.wanted.servers ? "" : "answer_within_minutes: 0, ")
      << "send_settle_seconds: 2, booking_settle_seconds: " << kBookingSettle << "}\n"
      << "hotels:\n  - {id: sol, name: Hotel Sol, timezone: Europe/Madrid, currency: EUR, language: es,\n"
      << "     pms: {plugin: paper-pms, deadline_ms: 1000, config: {file: \""
      << (options_.folder / "book.jsonl").string() << "\", lose_answer_every: " << (forgetful ? 15 : 0) << "}}}\n"
      << "channels:\n  - id: whatsapp\n    plugin: whatsapp\n    deadline_ms: 3000\n    accounts: {\"" << kAccount
      << "\": sol}\n    config: {graph_url: \"http://127.0.0.1:" << provider_wire_->port()
      << "\", access_token: " << kToken << ", app_secret: " << e2e::Stage::secret()
      << ", verify_token: chaos-verify, messages_per_second: 0, accept_test_signature: true}\n";
}

void Hotel::start_host(int number, const std::string& kill_at) {
  auto& host = hosts_.at(at(number));
  host.process = std::make_unique<e2e::Process>(e2e::Process::Options{
      .command = {options_.host_program, "--config", (host.folder / "agente.yaml").string()},
      .environment = {{"AGENTE_CHAOS_DIALS", host.dials->file().string()}, {"AGENTE_KILL_AT", kill_at}},
      .log = host.folder / ("out-" + std::to_string(++host.starts))});
}

void Hotel::kill_host(int number) {
  auto& host = hosts_.at(at(number));
  if (!host_runs(number)) return;
  host.process->signal(SIGKILL);
  host.process->wait();
}

void Hotel::signal_host(int number, int signal) {
  if (host_runs(number)) hosts_.at(at(number)).process->signal(signal);
}

bool Hotel::host_runs(int number) {
  auto& host = hosts_.at(at(number));
  return host.process && host.process->running();
}

int Hotel::host_end(int number) { return hosts_.at(at(number)).process->wait(); }

void Hotel::shift_clock(int number, milliseconds by) { hosts_.at(at(number)).dials->shift_clock(right_time_ + by); }

void Hotel::slow_disks(milliseconds each_sync) {
  servers_dials_.slow_disk(each_sync);
  for (auto& host : hosts_) host.dials->slow_disk(each_sync);
}

void Hotel::cut(Fault wire) {
  auto& proxy = wire == Fault::kCutPostgres   ? postgres_wire_
                : wire == Fault::kCutRedis    ? redis_wire_
                : wire == Fault::kCutProvider ? provider_wire_
                                              : door_;
  proxy->cut();
}

bool Hotel::all_answer() const {
  for (const auto& host : hosts_) {
    if (e2e::http("GET", "http://127.0.0.1:" + std::to_string(host.port) + "/health/ready").status != 200) return false;
  }
  return true;
}

std::vector<Booked> Hotel::books() const {
  std::vector<Booked> books;
  std::ifstream in(options_.folder / "book.jsonl");
  for (std::string text; std::getline(in, text);) {
    const auto line = nlohmann::json::parse(text, nullptr, false);
    if (!line.is_object()) continue;  // it is being written
    if (line.contains("cancels")) {
      for (auto& booking : books) booking.cancelled = booking.cancelled || booking.id == line["cancels"];
      continue;
    }
    books.push_back({.id = line["id"],
                     .phone = line["phone"],
                     .stay = {.name = line["name"],
                              .room_type = line["room_type"],
                              .checkin = line["checkin"],
                              .checkout = line["checkout"],
                              .adults = line["adults"]}});
  }
  return books;
}

std::optional<std::set<std::string>> Hotel::reported() const {
  std::set<std::string> keys;
  std::string cursor = "0";
  while (!cursor.empty()) {
    const auto page =
        e2e::http("GET", door() + "/api/v1/admin/messages?direction=out&limit=1000&cursor=" + cursor).json();
    if (!page.is_object() || !page.contains("messages")) return std::nullopt;
    for (const auto& message : page["messages"]) {
      if (message["possibly_duplicated"]) keys.insert("out-" + message["id"].get<std::string>());
    }
    cursor = page["next_cursor"].is_string() ? page["next_cursor"].get<std::string>() : "";
  }
  return keys;
}

}  // namespace agente::chaos
