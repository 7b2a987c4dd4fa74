#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "store/postgres_address.hpp"
#include "store/postgres_failure.hpp"
#include "store/postgres_statement.hpp"
#include "store/postgres_watch.hpp"
#include "store/records.hpp"

namespace pqxx {
class result;
}

namespace agente::store {

/// The server's clock in a statement, in milliseconds.
inline constexpr std::string_view kServersTime = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)";

/// How far business time, and with it what the server's clock says, is shifted by AGENTE_CLOCK or a test.
[[nodiscard]] Millis shift_of(const Clock& clock);

/// One PostgreSQL connection with its prepared statements. Not thread-safe. It is never revived: after ConnectionLost
/// its owner makes a new one. Every failure is thrown as sql::Failure and names the database, without its password.
class PostgresConnection final : public sql::Session {
 public:
  enum class Mode {
    kWriter,
    kReader,  ///< cannot write; transactions are snapshots
    kOwner,   ///< changes the schema or copies tables: waits as long as it takes
  };
  /// One transaction of one connection, as it wrote itself down.
  struct Mark {
    std::int64_t session;
    std::int64_t number;
  };

  /// `watch` must outlive the connection. `clock` too; it shifts ids where business time is shifted, and without it
  /// they follow the database's clock.
  struct Surroundings {
    PostgresWatch& watch;
    const Clock* clock = nullptr;
    PostgresLimits limits{};
  };
  PostgresConnection(const PostgresAddress& address, Mode mode, const Surroundings& around);
  ~PostgresConnection() override;
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  std::int64_t execute(std::string_view statement, std::span<const sql::Value> parameters) override;
  void query(std::string_view statement, std::span<const sql::Value> parameters,
             const std::function<void(const sql::Row&)>& each) override;
  void insert_rows(std::string_view statement, std::span<const std::vector<sql::Value>> rows,
                   const std::function<void(const sql::Row&)>& each) override;
  std::int64_t next_id() override;

  void run(const std::string& script) override;
  void begin() override;
  void commit() override;
  void rollback() noexcept override;

  /// As begin, and writes a mark that stays if the transaction does. While it lasts nobody can take away the row of
  /// `host`; throws LostPlace when that is gone already.
  Mark begin_as(std::optional<Id> host);
  /// Whether a transaction that began on another, broken connection was committed. Waits while the server still works
  /// on it; a transient sql::Failure when that takes longer than a lock may.
  [[nodiscard]] bool has_happened(const Mark& mark);

 private:
  struct Wire;

  pqxx::result guarded(const std::function<pqxx::result()>& ask);
  pqxx::result carry_out(const std::string& name, const std::vector<postgres::Parameter>& parameters);
  pqxx::result ask(std::string_view statement, std::span<const sql::Value> parameters);
  /// The name of `statement`, which is prepared now if it has not been yet.
  const std::string& prepared(std::string_view statement);
  void begin_marks();
  std::string prepared_mark(std::optional<Id> host);
  [[noreturn]] void refuse_place(Id host);
  void draw();
  void bump(std::int64_t least);

  const std::string name_;
  const Mode mode_;
  const Clock* const clock_;
  std::unique_ptr<Wire> wire_;
  std::map<std::string, std::string, std::less<>> statements_;
  Mark mark_{};                    ///< of the newest transaction; session 0: none yet
  std::set<std::string> marks_;    ///< prepared statements that set it, by host id
  std::vector<std::int64_t> ids_;  ///< the next one last
  std::int64_t drawn_ = 0;         ///< ids given out in this transaction
  std::int64_t block_ = 0;         ///< how many the last transaction wanted
  bool in_transaction_ = false;
  bool failed_ = false;  ///< a statement of this transaction
};

}  // namespace agente::store
