#include "config/diff.hpp"

namespace agente::config {

Diff compare(const Config& before, const Config& after) {
  Diff diff;
  for (const auto& instance : after.instances) {
    const auto* old = before.instance(instance.id);
    if (old == nullptr) {
      diff.added.push_back(instance.id);
    } else if (!(*old == instance)) {
      diff.changed.push_back(instance.id);
    }
  }
  for (const auto& instance : before.instances) {
    if (after.instance(instance.id) == nullptr) diff.removed.push_back(instance.id);
  }
  diff.hotels_changed = before.hotels != after.hotels;
  diff.limits_changed =
      !(before.limits == after.limits) || !(before.retention == after.retention) || before.log.level != after.log.level;
  const auto restart_if = [&](bool changed, const char* key) {
    if (changed) diff.needs_restart.emplace_back(key);
  };
  restart_if(before.stage != after.stage, "environment");
  restart_if(!(before.server == after.server), "server");
  restart_if(!(before.store == after.store), "storage");
  restart_if(!(before.media == after.media), "media");
  restart_if(before.cache_url != after.cache_url, "cache");
  restart_if(before.log.file != after.log.file, "log.file");
  restart_if(!(before.plugins == after.plugins), "plugins");
  return diff;
}

}  // namespace agente::config
