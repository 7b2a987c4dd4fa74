#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

/// What an operator does to a store beside the running host, or while it is stopped.
namespace agente::store {

struct Status {
  std::string back_end;                                    ///< SQLite or PostgreSQL
  std::int64_t schema = 0;                                 ///< its version; 0: there is none yet
  std::int64_t newest = 0;                                 ///< the version this program knows
  std::int64_t bytes = 0;                                  ///< on the disk
  std::vector<std::pair<std::string, std::int64_t>> rows;  ///< of each table, by name
};

/// Looks into the store at `url` and changes nothing; a host may be running.
Result<Status> status(const std::string& url);

/// Brings the schema of the store at `url` up to date, as a host does when it starts.
Result<void> migrate(const std::string& url, const Clock& clock);

/// `done` of `total` rows of `table` have been copied, or compared when `comparing`.
struct Progress {
  std::string table;
  std::int64_t done = 0;
  std::int64_t total = 0;
  bool comparing = false;
};

/// Copies every row of the SQLite store `from` into the empty PostgreSQL database `to`, compares all of them one by one
/// and sets the sequence of ids above the greatest. No host may run on either. It is one transaction: whatever stops it
/// leaves nothing, and it can simply be run again. Returns how many rows there were.
/// kConfig: wrong URLs, a schema that is not up to date, a target that holds rows already, a host that has the file.
Result<std::int64_t> copy(const std::string& from, const std::string& to, const Clock& clock,
                          const std::function<void(const Progress&)>& tell);

}  // namespace agente::store
