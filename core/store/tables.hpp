#pragma once

#include <string>
#include <variant>
#include <vector>

#include "store/sql.hpp"

/// The tables of a store as such, whatever they mean.
namespace agente::store {

struct Column {
  enum class Type { kInteger, kText, kBytes };
  std::string name;
  Type type = Type::kText;
  int place_in_key = 0;  ///< from 1; 0 when it is not part of the primary key
};

struct Table {
  std::string name;
  std::vector<Column> columns;

  [[nodiscard]] bool has_id() const;
  /// "a, b, c"
  [[nodiscard]] std::string column_list() const;
  /// The key's columns, or all where there is no key. `collation` goes behind each text ("" or COLLATE "C").
  [[nodiscard]] std::string order(const std::string& collation) const;
};

using Cell = std::variant<std::monostate, std::int64_t, std::string>;
using Cells = std::vector<Cell>;

/// The tables of a SQLite store by name, without those that describe its schema.
[[nodiscard]] std::vector<Table> tables_of(sql::Connection& sqlite);
[[nodiscard]] Cells cells_of(const sql::Row& row, const Table& table);
/// Views of `cells`.
[[nodiscard]] std::vector<sql::Value> values_of(const Cells& cells, const Table& table);
[[nodiscard]] std::int64_t number(sql::Connection& connection, const std::string& question);

}  // namespace agente::store
