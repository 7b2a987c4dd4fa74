#include "cache/redis_url.hpp"

#include <algorithm>
#include <charconv>

#include <Poco/Exception.h>
#include <Poco/URI.h>

namespace agente::cache {
namespace {

Error wrong(const std::string& what) {
  return {Code::kConfig, "cache.url: " + what + "; write e.g. redis://:password@127.0.0.1:6379/0"};
}

Result<int> database_of(const std::string& path) {
  if (path.empty() || path == "/") return 0;
  int number = -1;
  const auto* end = path.data() + path.size();
  const auto parsed = std::from_chars(path.data() + 1, end, number);
  if (parsed.ec == std::errc{} && parsed.ptr == end && number >= 0) return number;
  return wrong("the database after the last / is a number");
}

std::string decoded(const std::string& text) {
  std::string plain;
  Poco::URI::decode(text, plain);
  return plain;
}

void sign_in(RedisUrl& redis, const std::string& user_info) {
  const auto colon = std::min(user_info.find(':'), user_info.size());
  redis.user = decoded(user_info.substr(0, colon));
  if (colon < user_info.size()) redis.password = decoded(user_info.substr(colon + 1));
}

}  // namespace

Result<RedisUrl> parse_redis_url(const std::string& url) {
  try {
    const Poco::URI uri(url);
    if (uri.getScheme() == "rediss") return wrong("TLS (rediss://) is not spoken here");
    if (uri.getScheme() != "redis") return wrong("must start with redis://");
    if (uri.getHost().empty()) return wrong("names no host");
    auto database = database_of(uri.getPath());
    if (!database) return database.error();
    RedisUrl redis{.host = uri.getHost(), .database = *database};
    if (uri.getPort() != 0) redis.port = uri.getPort();
    sign_in(redis, uri.getUserInfo());
    if (!redis.user.empty() && redis.password.empty()) return wrong("a user needs a password, as user:password@");
    return redis;
  } catch (const Poco::Exception&) {  // its text shows the URL
    return wrong("cannot be read");
  }
}

}  // namespace agente::cache
