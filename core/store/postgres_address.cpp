#include "store/postgres_address.hpp"

#include <map>
#include <memory>

#include <libpq-fe.h>

namespace agente::store {

namespace {

using Settings = std::map<std::string, std::string>;
using Parsed = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

/// What libpq would use. Its own complaint is dropped: it repeats the URL.
std::optional<Settings> read(const std::string& url) {
  char* complaint = nullptr;
  const Parsed given(PQconninfoParse(url.c_str(), &complaint), PQconninfoFree);
  PQfreemem(complaint);
  const Parsed usual(PQconndefaults(), PQconninfoFree);
  if (!given || !usual) return std::nullopt;
  Settings settings;
  for (const auto* list : {usual.get(), given.get()}) {
    for (const auto* option = list; option->keyword != nullptr; ++option) {
      if (option->val != nullptr && *option->val != '\0') settings[option->keyword] = option->val;
    }
  }
  return settings;
}

std::string quoted(const std::string& value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  return text + "'";
}

std::string ms(Millis time) { return std::to_string(time.count()); }

}  // namespace

Result<PostgresAddress> PostgresAddress::parse(const std::string& url, std::string_view program) {
  auto settings = url.find('\0') == std::string::npos ? read(url) : std::nullopt;
  if (!settings) {
    return Error{Code::kConfig,
                 "storage.url is no URL of a PostgreSQL database: write postgresql://USER:PASSWORD@HOST/DATABASE, with "
                 "%XX for special characters in the password (it is not shown here because it may hold one)"};
  }
  auto& all = *settings;
  all.try_emplace("connect_timeout", "3");
  all.try_emplace("keepalives_idle", "10");
  all.try_emplace("keepalives_interval", "5");
  all.try_emplace("keepalives_count", "3");
  all.try_emplace("tcp_user_timeout", "10000");
  all.try_emplace("application_name", program);
  all["client_encoding"] = "UTF8";

  PostgresAddress address;
  const auto host = all.contains("host") ? all["host"] : "the local socket";
  const auto database = all.contains("dbname") ? all["dbname"] : all["user"];
  address.name_ = "PostgreSQL at " + host + ":" + all["port"] + ", database " + database;
  address.options_ = all["options"];
  all.erase("options");
  for (const auto& [key, value] : all) address.settings_ += key + "=" + quoted(value) + " ";
  return address;
}

std::string PostgresAddress::settings(const PostgresLimits& limits) const {
  // What is acknowledged is on the disk, whatever the server's own default; compiling small queries only delays them.
  const auto ours = "-c synchronous_commit=on -c jit=off -c client_min_messages=warning -c statement_timeout=" +
                    ms(limits.statement) + " -c lock_timeout=" + ms(limits.lock) +
                    " -c idle_in_transaction_session_timeout=" + ms(limits.idle_in_transaction) + " ";
  return settings_ + "options=" + quoted(ours + options_);  // the URL's come last and win
}

}  // namespace agente::store
