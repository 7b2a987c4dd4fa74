#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/sql.hpp"

/// How the statements of the repositories are said to PostgreSQL.
namespace agente::store::postgres {

/// A parameter in PostgreSQL's text form; nothing is NULL.
using Parameter = std::optional<std::string>;

/// `statement` with $1 instead of ?1, outside of quotes.
[[nodiscard]] std::string numbered(std::string_view statement);

/// Throws sql::Failure for text with a NUL, which PostgreSQL cannot store.
[[nodiscard]] Parameter parameter(const sql::Value& value);

/// The bytes behind "\x6162".
[[nodiscard]] std::string bytes_of(std::string_view hex);

/// One statement for many rows.
struct Insert {
  std::string statement;              ///< with $1, $2, ...
  std::vector<Parameter> parameters;  ///< an array for each column that is not NULL throughout
};
/// Rewrites INSERT ... VALUES (?1, ..., ?n) ... for `rows`, at least one, each with n values.
[[nodiscard]] Insert insert_of(std::string_view statement, std::span<const std::vector<sql::Value>> rows);

}  // namespace agente::store::postgres
