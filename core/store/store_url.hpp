#pragma once

#include <string>

#include "base/result.hpp"

namespace agente::store {

[[nodiscard]] inline bool is_postgres(const std::string& url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

/// The file that "sqlite:PATH" names; kConfig for anything else.
Result<std::string> sqlite_path(const std::string& url);

}  // namespace agente::store
