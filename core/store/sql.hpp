#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/calendar.hpp"

/// A thin driver: what SQLite and PostgreSQL have in common. Repositories are written once in the SQL both speak, with
/// numbered parameters ?1, ?2, ...
namespace agente::store::sql {

struct Bytes {
  std::string_view data;
};

/// A parameter. Text must be clean UTF-8 without NUL; views must live until the call returns.
using Value = std::variant<std::monostate, std::int64_t, std::string_view, Bytes>;

/// Columns of the present row. Valid only inside the callback of Connection::query.
class Row {
 public:
  virtual ~Row() = default;
  [[nodiscard]] virtual bool is_null(int column) const = 0;
  [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
  [[nodiscard]] virtual std::string_view text(int column) const = 0;  ///< also for bytes
};

/// The statement failed; the transaction it belongs to cannot go on. Thrown, because the only way out of a transaction
/// is to roll it back; Store turns it into a Result at its edge.
class Failure : public std::runtime_error {
 public:
  Failure(const std::string& text, bool transient) : std::runtime_error(text), transient_(transient) {}
  /// True when trying again may help (store unreachable, disk full); false when the statement or its data is at fault.
  [[nodiscard]] bool transient() const { return transient_; }

 private:
  bool transient_;
};

/// One connection inside a transaction. Not thread-safe; belongs to whoever Store lends it to.
class Connection {
 public:
  virtual ~Connection() = default;
  /// Runs a statement; returns how many rows it changed. Statements are prepared once and kept.
  virtual std::int64_t execute(std::string_view statement, std::span<const Value> parameters) = 0;
  virtual void query(std::string_view statement, std::span<const Value> parameters,
                     const std::function<void(const Row&)>& each) = 0;
  /// One INSERT ... VALUES (?1, ...) ... RETURNING for many rows of parameters: a loop on SQLite, one round trip on
  /// PostgreSQL. What it returns comes in any order.
  virtual void insert_rows(std::string_view statement, std::span<const std::vector<Value>> rows,
                           const std::function<void(const Row&)>& each) = 0;
  /// A new id for a row (records.hpp: Id), greater than every one committed before this transaction began, also across
  /// restarts, hosts and clocks that are set back. Only in a transaction that writes.
  virtual std::int64_t next_id() = 0;
};

/// A connection in the hands of its owner, who says where transactions begin and end.
class Session : public Connection {
 public:
  /// Runs statements without parameters, separated by semicolons.
  virtual void run(const std::string& script) = 0;
  virtual void begin() = 0;
  virtual void commit() = 0;
  /// Does nothing outside a transaction. Never throws.
  virtual void rollback() noexcept = 0;
};

/// Begins now, rolls back at the end of the scope unless committed.
class Transaction {
 public:
  explicit Transaction(Session& session) : session_(session) { session_.begin(); }
  ~Transaction() { session_.rollback(); }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit() { session_.commit(); }

 private:
  Session& session_;
};

}  // namespace agente::store::sql
