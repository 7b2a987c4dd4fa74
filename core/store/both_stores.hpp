#pragma once

#include "servers/postgres_server.hpp"
#include "store/store_fixture.hpp"

namespace agente::store {

enum class BackEnd { kSqlite, kPostgres };

inline void PrintTo(BackEnd back_end, std::ostream* out) {
  *out << (back_end == BackEnd::kSqlite ? "SQLite" : "PostgreSQL");
}

/// One server for all tests of a program in which nobody stops it.
inline agente::servers::PostgresServer& shared_postgres() {
  static agente::servers::PostgresServer server({"fsync=off"});
  return server;
}

/// The URL of a new, empty database; on SQLite "", for a file in the fixture's folder.
inline std::string new_url(BackEnd back_end) {
  return back_end == BackEnd::kPostgres ? shared_postgres().new_database() : std::string();
}

/// Tests of what both back ends promise.
class BothStores : public ::testing::TestWithParam<BackEnd>, protected OpenStore {
 protected:
  BothStores() : OpenStore(new_url(GetParam())) {}
};

/// Names the tests .../SQLite and .../PostgreSQL.
inline auto on_both() { return ::testing::Values(BackEnd::kSqlite, BackEnd::kPostgres); }

}  // namespace agente::store
