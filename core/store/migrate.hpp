#pragma once

#include <span>
#include <string_view>

#include "base/clock.hpp"
#include "store/migrations.hpp"
#include "store/sql.hpp"

namespace agente::store {

/// Brings the schema up to the last of `steps`, each in its own transaction; `bytes` is what the back end calls raw
/// bytes. Throws sql::Failure, not transient when the schema is newer than `steps`. The caller keeps other hosts off.
void migrate(sql::Session& session, std::span<const Migration> steps, std::string_view bytes, Time now);

/// The version of the schema; 0 for a database that holds none.
[[nodiscard]] std::int64_t present_version(sql::Session& session);

}  // namespace agente::store
