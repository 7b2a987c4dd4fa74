#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "record.hpp"

namespace agente::chaos {

enum class Fault {
  kKillHost,         ///< SIGKILL, started again after a while
  kKillPoint,        ///< started again so that it kills itself at a durable point
  kPauseHost,        ///< SIGSTOP for longer than the lease
  kShiftClock,       ///< the wall clock of one host jumps by hours
  kKillPostgres,     ///< SIGKILL, started again after a while
  kRestartPostgres,  ///< in good order
  kKillRedis,
  kFlushRedis,
  kCutPostgres,  ///< every connection of the hosts to it ends with RST
  kCutRedis,
  kCutProvider,  ///< those of the hosts to WhatsApp
  kCutDoor,      ///< those of guests and WhatsApp to the hosts
  kSlowDisk,     ///< every fsync takes longer, of hosts and PostgreSQL
  kProvider,     ///< WhatsApp errs: refuses, cuts, repeats and reorders (all the time)
  kDuplicates,   ///< webhooks come twice, at once and late (all the time)
};
[[nodiscard]] const char* name_of(Fault fault);

/// One fault at one moment.
struct Blow {
  std::int64_t at_ms = 0;
  Fault fault = Fault::kKillHost;
  int host = 0;  ///< whom it hits, if it hits a host
  std::int64_t lasts_ms = 0;
  std::int64_t amount = 0;  ///< ms of the clock's jump or of a sync's delay; which time a kill point is passed
  std::string point{};      ///< the kill point
};

/// When one guest writes, and what he wants. The next message is not written before its moment.
struct Talk {
  Guest guest;
  std::vector<std::int64_t> moments_ms{};
  bool hasty = false;  ///< writes on without waiting for the reply, only for the provider's tick
};

/// How often each fault strikes in one run; those without a count are in order but not here.
using Faults = std::map<Fault, int>;

struct Wanted {
  std::uint64_t seed = 1;
  int seconds = 60;
  int guests = 50;
  int hosts = 3;
  bool servers = true;
  std::string faults = "all";
};

struct Plan {
  Faults faults{};
  std::vector<Blow> blows{};  ///< by moment
  std::vector<Talk> talks{};
};

/// Everything that is going to be done, from `wanted` alone. Throws std::invalid_argument for a fault it does not know.
///
/// `faults` is "all", "none", or names with commas between, each with `=count` if it shall not strike as often as
/// usual.
[[nodiscard]] Plan make_plan(const Wanted& wanted);
[[nodiscard]] std::string in_words(const Blow& blow);

}  // namespace agente::chaos
