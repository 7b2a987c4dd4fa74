#pragma once

#include <memory>
#include <string>

#include "store/postgres_pulse.hpp"
#include "store/postgres_readers.hpp"
#include "store/postgres_writer.hpp"
#include "store/store.hpp"

namespace agente::store {

/// The store in a PostgreSQL database that other hosts may use at the same time.
class PostgresStore final : public Store {
 public:
  struct Settings {
    PostgresWriter::Settings writer{};
    PostgresReaders::Settings readers{};
  };

  PostgresStore(const PostgresAddress& address, const Clock& clock, const Settings& settings);

  Result<void> write(const Work& work) override { return writer_.write(work); }
  void write_later(Work work, Done done) override { writer_.write_later(std::move(work), std::move(done)); }
  Result<void> read(const Work& work) override { return readers_.read(work); }
  Result<void> health() override;
  [[nodiscard]] Backlog backlog() const override { return writer_.backlog(); }
  [[nodiscard]] bool is_remote() const override { return true; }
  std::optional<Time> shared_time() override;
  void set_host(std::optional<Id> host) override { writer_.set_host(host); }
  std::unique_ptr<Membership> join(const std::string& name, Membership::Told told) override;

 private:
  const PostgresAddress address_;
  const Clock& clock_;
  PostgresReaders readers_;
  PostgresWriter writer_;
  PostgresPulse pulse_;
};

/// Opens `url` as store::open does for "postgresql://...". `program` is what the server's administrator sees.
Result<std::unique_ptr<Store>> open_postgres(const std::string& url, const Clock& clock, std::string_view program,
                                             const PostgresStore::Settings& settings = {});

/// Brings the schema up to date while no other host does so. Throws sql::Failure.
void migrate_postgres(const PostgresAddress& address, Time now);

}  // namespace agente::store
