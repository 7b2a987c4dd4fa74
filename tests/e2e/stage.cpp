#include "stage.hpp"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include <Poco/DigestEngine.h>
#include <Poco/Exception.h>
#include <Poco/HMACEngine.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/SHA2Engine.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

#include "base/text.hpp"

namespace agente::e2e {
namespace {

constexpr const char* kSecret = "e2e-app-secret";
constexpr const char* kAccount = "106540352242922";

/// HMAC needs an engine that is made without arguments.
struct Sha256 : Poco::SHA2Engine {
  enum { BLOCK_SIZE = 64, DIGEST_SIZE = 32 };
  Sha256() : Poco::SHA2Engine(SHA_256) {}
};

constexpr const char* kRooms =
    "{file: pms.json, rooms: {single: {count: 50, capacity: 1, rate_minor: 7000}, double: {count: 200, capacity: 2, "
    "rate_minor: 10000}, suite: {count: 1, capacity: 2, rate_minor: 22000}}}";

}  // namespace

Answer http(const std::string& method, const std::string& url, const std::string& body,
            const std::map<std::string, std::string>& headers) {
  Answer answer;
  try {
    const Poco::URI uri(url);
    Poco::Net::HTTPClientSession session(uri.getHost(), uri.getPort());
    session.setTimeout(Poco::Timespan(20, 0));
    Poco::Net::HTTPRequest request(method, uri.getPathAndQuery(), Poco::Net::HTTPMessage::HTTP_1_1);
    for (const auto& [name, value] : headers) request.set(name, value);
    if (!body.empty() && !request.has("Content-Type")) request.setContentType("application/json");
    request.setContentLength(static_cast<int>(body.size()));
    session.sendRequest(request) << body;
    Poco::Net::HTTPResponse response;
    Poco::StreamCopier::copyToString(session.receiveResponse(response), answer.body);
    answer.status = response.getStatus();
    for (const auto& [name, value] : response) answer.headers[name] = value;
  } catch (const Poco::Exception&) {
    answer.status = 0;  // nobody there, or it died: what the caller asked about
  }
  return answer;
}

bool eventually(const std::function<bool()>& condition, int seconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});  // between questions to another process
  }
  return true;
}

bool on_servers() { return std::getenv("AGENTE_E2E_SERVERS") != nullptr; }

servers::PostgresServer& postgres() {
  static servers::PostgresServer server;
  return server;
}

servers::RedisServer& redis() {
  static servers::RedisServer server("e2e-redis");
  return server;
}

Stage::Stage(Options options)
    : options_(std::move(options)),
      store_(options_.servers ? postgres().new_database() : "sqlite:agente.db"),
      folder_(std::filesystem::temp_directory_path() / ("agente-e2e-" + random_hex(8))) {
  std::filesystem::create_directories(folder_);
  if (options_.own_plugins) std::filesystem::copy(AGENTE_PLUGINS, folder_ / "plugins");
  write_config();
}

Stage::~Stage() {
  host_.reset();
  simulator_.reset();
  std::filesystem::remove_all(folder_);
}

void Stage::write_config() const {
  std::ofstream(folder_ / "agente.yaml")
      << "environment: " << options_.environment << "\nserver: {operator: \"127.0.0.1:" << host_port_
      << "\", max_connections_per_address: 500}\nstorage: {url: \"" << store_ << "\"}\n"
      << (options_.servers ? "cache: {url: \"" + redis().url() + "\"}\n" : "") << "log: {file: app.log}\n"
      << "plugins: {path: [\"" << (options_.own_plugins ? (folder_ / "plugins").string() : AGENTE_PLUGINS)
      << "\"], watch: " << (options_.watch ? "true" : "false") << "}\nlimits: {gather_ms: " << options_.gather_ms
      << ", send_settle_seconds: " << options_.send_settle_seconds
      << ", booking_settle_seconds: " << options_.booking_settle_seconds
      << ", booking_wait_seconds: " << options_.booking_wait_seconds
      << ", pms_pause_seconds: " << options_.pms_pause_seconds << ", bookings_per_guest_per_day: 50}\n"
      << "hotels:\n  - {id: sol, name: Hotel Sol, timezone: Europe/Madrid, currency: EUR, language: es,\n"
      << "     pms: {plugin: " << options_.pms_plugin << ", deadline_ms: " << options_.pms_deadline_ms
      << ", config: " << (options_.pms_config.empty() ? kRooms : options_.pms_config) << "}}\n"
      << "channels:\n  - id: whatsapp\n    plugin: whatsapp\n    deadline_ms: 3000\n    accounts: {\"" << kAccount
      << "\": sol}\n"
      << "    config: {graph_url: \"http://127.0.0.1:" << simulator_port_
      << "\", access_token: e2e-token, app_secret: " << kSecret << ", verify_token: e2e-verify"
      << (options_.environment == "test" ? ", accept_test_signature: true" : "") << "}\n"
      << "  - {id: webchat, plugin: webchat, hotel: sol}\n"
      << options_.more_channels;
}

nlohmann::json Stage::instance(const std::string& id) const {
  const auto listed = host("GET", "/api/v1/admin/plugins").json();
  if (!listed.is_object()) return nullptr;
  for (const auto& row : listed.value("plugins", nlohmann::json::array())) {
    if (row["instance"] == id) return row;
  }
  return nullptr;
}

std::string Stage::config_text() const {
  std::ifstream in(folder_ / "agente.yaml");
  return {std::istreambuf_iterator<char>(in), {}};
}

void Stage::write_config_text(const std::string& text) const { std::ofstream(folder_ / "agente.yaml") << text; }

void Stage::start_simulator() {
  std::vector<std::string> command{AGENTE_SIM,     "whatsapp",  "--port",    std::to_string(simulator_port_),
                                   "--token",      "e2e-token", "--webhook", host_url() + "/webhook/whatsapp",
                                   "--app-secret", kSecret};
  command.insert(command.end(), options_.simulator_arguments.begin(), options_.simulator_arguments.end());
  simulator_ = std::make_unique<Process>(Process::Options{.command = std::move(command), .log = folder_ / "sim.log"});
  simulator_->wait_for_line("ready:");
}

void Stage::start_host(const std::map<std::string, std::string>& environment) {
  host_.reset();
  auto all = options_.host_environment;
  all.insert(environment.begin(), environment.end());
  if (!options_.clock.empty()) all["AGENTE_CLOCK"] = options_.clock;
  const auto log = folder_ / ("host-" + random_hex(4) + ".log");
  host_ = std::make_unique<Process>(Process::Options{
      .command = {AGENTE_HOST, "--config", (folder_ / "agente.yaml").string()}, .environment = all, .log = log});
  host_->wait_for_line("ready:");
}

int Stage::wait_for_host_to_end() { return host_->wait(); }

void Stage::kill_host() {
  host_->signal(SIGKILL);
  host_->wait();
}

int Stage::stop_host() {
  host_->signal(SIGTERM);
  return host_->wait();
}

std::string Stage::webhook_body(const std::string& guest, const std::string& text, const std::string& id) {
  const nlohmann::json message{
      {"from", guest}, {"id", id}, {"timestamp", "1763200130"}, {"type", "text"}, {"text", {{"body", text}}}};
  const nlohmann::json value{{"messaging_product", "whatsapp"},
                             {"metadata", {{"display_phone_number", "15550783881"}, {"phone_number_id", kAccount}}},
                             {"contacts", {{{"profile", {{"name", "Guest"}}}, {"wa_id", guest}}}},
                             {"messages", {message}}};
  const nlohmann::json change{{"field", "messages"}, {"value", value}};
  return nlohmann::json{{"object", "whatsapp_business_account"},
                        {"entry", {{{"id", "102290129340398"}, {"changes", {change}}}}}}
      .dump(-1, ' ', true);
}

std::string Stage::signature(const std::string& body) {
  Poco::HMACEngine<Sha256> hmac(kSecret);
  hmac.update(body);
  return "sha256=" + Poco::DigestEngine::digestToHex(hmac.digest());
}

int Stage::guest_writes(const std::string& guest, const std::string& text, const std::string& id) {
  const auto body = webhook_body(guest, text, id);
  return host("POST", "/webhook/whatsapp", body, {{"X-Hub-Signature-256", signature(body)}}).status;
}

Answer Stage::host(const std::string& method, const std::string& path, const std::string& body,
                   const std::map<std::string, std::string>& headers) const {
  return http(method, host_url() + path, body, headers);
}

Answer Stage::simulator(const std::string& method, const std::string& path, const std::string& body) const {
  return http(method, "http://127.0.0.1:" + std::to_string(simulator_port_) + path, body);
}

std::map<std::string, std::vector<std::string>> Stage::texts() const {
  std::map<std::string, std::vector<std::string>> texts;
  const auto log = simulator("GET", "/__sim/log").json();
  for (const auto& entry : log.is_array() ? log : log.value("requests", nlohmann::json::array())) {
    if (entry.value("accepted", false) && entry.contains("to") && entry.contains("text")) {
      texts[entry["to"].get<std::string>()].push_back(entry["text"].get<std::string>());
    }
  }
  return texts;
}

std::vector<std::string> Stage::texts_to(const std::string& guest) const { return texts()[guest]; }

nlohmann::json Stage::conversation(const std::string& channel, const std::string& guest) const {
  return host("GET", "/api/v1/admin/conversations/" + channel + "/" + guest).json();
}

std::string Stage::pms_file() const {
  std::ifstream in(folder_ / "pms.json");
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string Stage::agentctl(std::vector<std::string> arguments, const std::string& input, int expected) const {
  arguments.insert(arguments.begin(), {AGENTE_CTL, "--url", host_url()});
  return run(arguments, input, expected);
}

std::string Stage::secret() { return kSecret; }

std::string Stage::host_log() const {
  std::ifstream in(folder_ / "app.log");
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace agente::e2e
