/// Webhooks that Meta has signed and nobody can read.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <agente/sdk.hpp>

namespace agente::whatsapp {

/// To ask Meta for it again would not help, and to drop it might lose a guest's message: the bytes stay in kv, below
/// quarantine/<time>, until somebody has looked. Thread-safe.
class Quarantine {
 public:
  static constexpr std::size_t kMost = 20;
  static constexpr std::size_t kLargest = 64 * 1024;  ///< bytes of each; the rest is cut off

  explicit Quarantine(host services) : host_(services) {}

  /// Keeps `body`, lets go of the oldest beyond kMost, and gives the key. Throws RETRY when the store is down.
  std::string keep(std::string_view body);

 private:
  host host_;
  std::atomic<unsigned> count_ = 0;
};

}  // namespace agente::whatsapp
