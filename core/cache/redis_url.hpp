#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace agente::cache {

/// Where a Redis is and how it lets us in.
struct RedisUrl {
  std::string host;
  std::uint16_t port = 6379;
  std::string user{};      ///< empty: Redis' default user
  std::string password{};  ///< empty: none asked for
  int database = 0;
};

/// redis://[[user]:password@]host[:port][/db]; signs in the password are written %40. kConfig: what is wrong, without
/// showing the URL.
Result<RedisUrl> parse_redis_url(const std::string& url);

}  // namespace agente::cache
