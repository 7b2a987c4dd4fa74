#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace agente::store {

/// What a session allows itself, so that one stuck statement, lock or closure does not hold up everybody.
struct PostgresLimits {
  Millis statement{10'000};
  Millis lock{5'000};
  Millis idle_in_transaction{4'000};
};

/// Where a PostgreSQL database is, and how to get in. Its URL holds a password: only `name` may be shown.
class PostgresAddress {
 public:
  /// Reads "postgresql://user:password@host:port/database?sslmode=..." as libpq does, PG* variables and ~/.pgpass
  /// included. kConfig when it is no such URL.
  static Result<PostgresAddress> parse(const std::string& url, std::string_view program);

  /// For people: "PostgreSQL at host:port, database name".
  [[nodiscard]] const std::string& name() const { return name_; }
  /// For libpq: the URL's settings, and ours where it has none.
  [[nodiscard]] std::string settings(const PostgresLimits& limits) const;

 private:
  std::string name_;
  std::string settings_;
  std::string options_;
};

}  // namespace agente::store
