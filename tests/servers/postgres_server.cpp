#include "servers/postgres_server.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <stdexcept>
#include <thread>

#include <libpq-fe.h>
#include <signal.h>
#include <unistd.h>

namespace agente::servers {

namespace {

namespace fs = std::filesystem;

constexpr const char* kPassword = "s3cret-word";

/// Where Debian keeps initdb and postgres: by version, and not on the PATH.
fs::path find_programs() {
  std::vector<fs::path> found;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql")) {
    if (fs::exists(version.path() / "bin/initdb")) found.push_back(version.path() / "bin");
  }
  if (found.empty()) throw std::runtime_error("no PostgreSQL server here: install the package postgresql");
  return *std::max_element(found.begin(), found.end());
}

fs::path new_folder() {
  std::string name = (fs::temp_directory_path() / "agente-postgres-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  Process::give(name);
  return name;
}

std::string content_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void wait_until(const std::string& what, const std::function<bool()>& happened) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  while (!happened()) {
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("waited too long until " + what);
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
}

}  // namespace

PostgresServer::PostgresServer(const std::vector<std::string>& settings)
    : folder_(new_folder()), programs_(find_programs()), settings_(settings), port_(free_port()) {
  const fs::path original = std::string(AGENTE_POSTGRES_ORIGINAL) + "-" + programs_.parent_path().filename().string();
  if (!fs::exists(original)) make_original(original);
  fs::copy(original, folder_ / "data", fs::copy_options::recursive);
  Process::give(folder_ / "data");
  start();
}

/// A cluster of databases as initdb makes it; that takes seconds, so later servers begin with a copy.
void PostgresServer::make_original(const fs::path& original) {
  const auto password = folder_ / "password";
  const auto made = folder_ / "original";
  std::ofstream(password) << kPassword << "\n";
  Process initdb(
      {programs_ / "initdb", "--pgdata=" + made.string(), "--username=agente", "--pwfile=" + password.string(),
       "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"},
      {.output = folder_ / "initdb.log", .as_nobody = true});
  if (initdb.wait() != 0) throw std::runtime_error("initdb failed: " + content_of(folder_ / "initdb.log"));
  const auto beside = original.string() + "." + std::to_string(::getpid());
  fs::copy(made, beside, fs::copy_options::recursive);
  std::error_code another_was_first;
  fs::rename(beside, original, another_was_first);
  if (another_was_first) fs::remove_all(beside);
}

PostgresServer::~PostgresServer() {
  if (process_) signal_all(SIGKILL);
  process_.reset();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string PostgresServer::url(const std::string& database) const {
  return std::string("postgresql://agente:") + kPassword + "@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

std::string PostgresServer::new_database() {
  const auto name = "hotel_" + std::to_string(++databases_);
  ask("CREATE DATABASE " + name);
  return url(name);
}

void PostgresServer::start() {
  std::vector<std::string> command{programs_ / "postgres", "-D", folder_ / "data", "-p", std::to_string(port_)};
  for (const auto* setting : {"listen_addresses=127.0.0.1", "unix_socket_directories=", "shared_buffers=16MB",
                              "max_wal_size=256MB", "logging_collector=off"}) {
    command.insert(command.end(), {"-c", setting});
  }
  for (const auto& setting : settings_) command.insert(command.end(), {"-c", setting});
  const auto target = url("postgres");
  wait_until("PostgreSQL takes connections; its log: " + content_of(folder_ / "server.log"), [&] {
    // After SIGKILL the first attempts fail until the old server's children are gone.
    if (!process_ || !process_->running()) {
      process_.emplace(command, Process::Options{.output = folder_ / "server.log", .as_nobody = true});
    }
    return PQping(target.c_str()) == PQPING_OK;
  });
}

void PostgresServer::stop() {
  process_->signal(SIGINT);
  process_->wait();
  process_.reset();
}

void PostgresServer::kill() {
  process_->signal(SIGKILL);
  process_->wait();
  process_.reset();
}

void PostgresServer::pause() { signal_all(SIGSTOP); }
void PostgresServer::resume() { signal_all(SIGCONT); }

void PostgresServer::signal_all(int number) {
  const auto id = std::to_string(process_->id());
  process_->signal(number);
  std::ifstream children(fs::path("/proc") / id / "task" / id / "children");
  for (pid_t child = 0; children >> child;) ::kill(child, number);
}

std::string PostgresServer::ask(const std::string& statement, const std::string& database) const {
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(url(database).c_str()), PQfinish);
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), statement.c_str()), PQclear);
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    throw std::runtime_error(statement + ": " + PQerrorMessage(connection.get()));
  }
  std::string lines;
  for (int row = 0; row < PQntuples(result.get()); ++row) lines.append(PQgetvalue(result.get(), row, 0)).append("\n");
  return lines;
}

}  // namespace agente::servers
