#pragma once

#include <string>

#include "config/config.hpp"

namespace agente::config {

/// The channel is configured and serves this account, by its name or as any other of the channel's hotel.
[[nodiscard]] inline bool has_account(const Config& config, const std::string& channel, const std::string& account) {
  const auto* instance = config.instance(channel);
  return instance != nullptr && (instance->accounts.contains(account) || !instance->hotel.empty());
}

}  // namespace agente::config
