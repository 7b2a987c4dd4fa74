#include "store/postgres_store.hpp"
#include "store/sqlite_store.hpp"
#include "store/store.hpp"
#include "store/store_url.hpp"

namespace agente::store {

namespace {

/// The URL without its password, for people to read.
std::string without_password(const std::string& url) {
  const auto host = url.rfind('@');
  const auto user = url.find("://");
  if (host == std::string::npos || user == std::string::npos) return url;
  const auto colon = url.find(':', user + 3);
  return colon < host ? url.substr(0, colon) + ":***" + url.substr(host) : url;
}

}  // namespace

Result<std::string> sqlite_path(const std::string& url) {
  constexpr std::string_view kSqlite = "sqlite:";
  if (!url.starts_with(kSqlite)) {
    return Error{Code::kConfig, "storage.url '" + without_password(url) +
                                    "' is unknown: write sqlite:PATH, e.g. sqlite:data/agente.db, or "
                                    "postgresql://USER:PASSWORD@HOST/DATABASE"};
  }
  const auto path = url.substr(kSqlite.size());
  const bool host_like = path.starts_with("//") && !path.starts_with("///");
  if (path.empty() || path.front() == ':' || path.back() == '/' || host_like || path.find('\0') != std::string::npos) {
    return Error{Code::kConfig,
                 "storage.url '" + url + "' names no file: write sqlite:PATH, e.g. sqlite:data/agente.db"};
  }
  return path;
}

Result<std::unique_ptr<Store>> open(const std::string& url, const Clock& clock, std::string_view program) {
  if (is_postgres(url)) return open_postgres(url, clock, program);
  const auto path = sqlite_path(url);
  return path ? open_sqlite(*path, clock) : path.error();
}

}  // namespace agente::store
