#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/sql.hpp"

namespace agente::store {

/// One numbered step of the schema, embedded from migrations/NNNN_name.sql. Steps only go forward.
struct Migration {
  int version = 0;
  std::string_view name;
  std::string_view script;
};

/// All steps this host knows, ascending without gaps from 1.
[[nodiscard]] std::span<const Migration> migrations();

/// `script` with {{bytes}} replaced by what the back end calls raw bytes (BLOB, BYTEA).
[[nodiscard]] std::string in_dialect(std::string_view script, std::string_view bytes);

}  // namespace agente::store
