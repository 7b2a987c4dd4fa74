#include <utility>

#include "cache/local.hpp"
#include "cache/redis.hpp"

namespace agente::cache {

Result<std::unique_ptr<Cache>> open(const std::optional<std::string>& url, const Clock& clock, Metrics& metrics,
                                    Bounds bounds) {
  if (!url) return std::unique_ptr<Cache>(std::make_unique<Local>(clock, metrics, bounds));
  auto redis = parse_redis_url(*url);
  if (!redis) return redis.error();
  return std::unique_ptr<Cache>(std::make_unique<Redis>(std::move(*redis), clock, metrics, bounds));
}

}  // namespace agente::cache
