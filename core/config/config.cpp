#include "config/config.hpp"

#include <algorithm>

#include "config/store_url.hpp"

namespace agente::config {

const char* kind_name(PluginKind kind) {
  switch (kind) {
    case PluginKind::kChannel:
      return "channel";
    case PluginKind::kPms:
      return "pms";
    case PluginKind::kExporter:
      return "exporter";
  }
  return "unknown";
}

const char* stage_name(Stage stage) {
  switch (stage) {
    case Stage::kProduction:
      return "production";
    case Stage::kStaging:
      return "staging";
    case Stage::kTest:
      return "test";
    case Stage::kDemo:
      return "demo";
  }
  return "unknown";
}

Result<std::string> url_of(const StoreConfig& store) {
  if (store.kind == StoreConfig::Kind::kPostgres) return store.url->read();
  return "sqlite:" + store.file.string();
}

std::string InstanceConfig::kv_owner() const { return kind == PluginKind::kPms ? hotel + "/pms/" + plugin : id; }

const HotelConfig* Config::hotel(const std::string& id) const {
  const auto found = std::ranges::find(hotels, id, &HotelConfig::id);
  return found == hotels.end() ? nullptr : &*found;
}

const InstanceConfig* Config::instance(const std::string& id) const {
  const auto found = std::ranges::find(instances, id, &InstanceConfig::id);
  return found == instances.end() ? nullptr : &*found;
}

}  // namespace agente::config
