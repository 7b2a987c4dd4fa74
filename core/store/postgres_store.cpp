#include "store/postgres_store.hpp"

#include <algorithm>

#include "store/columns.hpp"
#include "store/migrate.hpp"
#include "store/postgres_membership.hpp"
#include "store/postgres_refusal.hpp"

namespace agente::store {

namespace {

constexpr std::int64_t kSchemaLock = 0x6167656e74657363;  // "agentesc"

Error refusal(const PostgresAddress& address, const sql::Failure& failure) {
  const std::string text = failure.what();
  if (!failure.transient()) return {Code::kConfig, text};
  if (needs_a_person(refusal_state(address), text)) {
    return {Code::kConfig, text + ": check user, password and database in storage.url, and pg_hba.conf on the server"};
  }
  return {Code::kRetry, text + ": check that the server runs and can be reached from here"};
}

}  // namespace

PostgresStore::PostgresStore(const PostgresAddress& address, const Clock& clock, const Settings& settings)
    : address_(address),
      clock_(clock),
      readers_(address, settings.readers),
      writer_(address, clock, settings.writer),
      pulse_(address_,
             {.longest_silence = [this] { return std::max(readers_.longest_silence(), writer_.longest_silence()); },
              .is_silent =
                  [this] {
                    readers_.server_is_silent();
                    writer_.server_is_silent();
                  }}) {}

std::unique_ptr<Membership> PostgresStore::join(const std::string& name, Membership::Told told) {
  return std::make_unique<PostgresMembership>(address_, name, std::move(told),
                                              [this](std::optional<Id> host) { set_host(host); });
}

std::optional<Time> PostgresStore::shared_time() {
  std::optional<Time> now;
  static_cast<void>(read([&](sql::Connection& connection) {
    now = first(connection, std::string("SELECT ").append(kServersTime), {}, [](Columns& in) { return in.time(); });
  }));
  return now ? std::optional(*now + shift_of(clock_)) : std::nullopt;
}

Result<void> PostgresStore::health() {
  return write([this](sql::Connection& connection) {
    connection.execute("UPDATE store_probe SET probed_at = ?1", values(clock_.now()));
  });
}

void migrate_postgres(const PostgresAddress& address, Time now) {
  PostgresWatch watch;
  PostgresConnection connection(address, PostgresConnection::Mode::kOwner, {watch});
  connection.query("SELECT pg_advisory_lock(?1)", values(kSchemaLock), [](const sql::Row&) {});
  migrate(connection, migrations(), "BYTEA", now);
  connection.run("CREATE SEQUENCE IF NOT EXISTS row_ids");
}  // the lock goes with the connection

Result<std::unique_ptr<Store>> open_postgres(const std::string& url, const Clock& clock, std::string_view program,
                                             const PostgresStore::Settings& settings) {
  const auto address = PostgresAddress::parse(url, program);
  if (!address) return address.error();
  try {
    migrate_postgres(*address, clock.now());
    return std::unique_ptr<Store>(std::make_unique<PostgresStore>(*address, clock, settings));
  } catch (const sql::Failure& failure) {
    return refusal(*address, failure);
  }
}

}  // namespace agente::store
