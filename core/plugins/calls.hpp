#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include <agente/abi.h>

#include "base/clock.hpp"
#include "plugins/channel.hpp"

namespace agente::plugins {

/// One call of the host into a plugin, as the host's services know it.
struct Call {
  std::uint64_t id = 0;
  Steady deadline{};
  std::string trace;

  std::mutex mutex;          ///< guards what follows; held by a service while it uses `staged`
  bool over = false;         ///< the plugin has returned
  Staged* staged = nullptr;  ///< null: this call may not stage anything
};

/// The calls under way in one instance. Thread-safe.
class Calls {
 public:
  std::shared_ptr<Call> open(Steady deadline, std::string trace, Staged* staged);
  /// After it, no service touches the call's `staged` any more.
  void close(Call& call);
  /// The call a plugin hands to a service; null when it is over, foreign or malformed.
  [[nodiscard]] std::shared_ptr<Call> find(const agente_call* call) const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, std::shared_ptr<Call>> open_;
};

/// `moment` on agente.clock/1 monotonic_ms.
[[nodiscard]] std::int64_t monotonic_ms(Steady moment);

}  // namespace agente::plugins
