// A PostgreSQL server for a benchmark, durable as it comes (fsync on): prints the URL of an empty database, and goes
// away with its input. Started by the user nobody, as it refuses root.
//   postgres_for_bench
#include <cstdio>

#include "servers/postgres_server.hpp"

int main() {
  agente::servers::PostgresServer server({"shared_buffers=256MB", "max_wal_size=4GB", "max_connections=200"});
  std::printf("%s\n", server.new_database().c_str());
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  return 0;
}
