#pragma once

#include "plugins/admission/admission.hpp"
#include "plugins/plugin_host.hpp"

namespace agente::plugins {

[[nodiscard]] constexpr Kind kind_of(config::PluginKind kind) {
  switch (kind) {
    case config::PluginKind::kChannel:
      return Kind::kChannel;
    case config::PluginKind::kPms:
      return Kind::kPms;
    case config::PluginKind::kExporter:
      return Kind::kExporter;
  }
  return Kind::kChannel;
}

}  // namespace agente::plugins
