#pragma once

#include <string>

#include "base/result.hpp"
#include "config/config.hpp"

namespace agente::config {

/// Of the store, as store::open takes it. It may hold a password. kConfig: the secret it is kept in cannot be read.
[[nodiscard]] Result<std::string> url_of(const StoreConfig& store);

}  // namespace agente::config
