#pragma once

#include <span>
#include <string>

#include "base/clock.hpp"
#include "store/migrations.hpp"
#include "store/sqlite_connection.hpp"

namespace agente::store {

/// Brings the schema up to the last of `steps`, each in its own transaction. Throws sql::Failure, not transient when
/// the schema is newer than `steps`. The caller holds the lock file.
void migrate(SqliteConnection& connection, std::span<const Migration> steps, Time now);

}  // namespace agente::store
