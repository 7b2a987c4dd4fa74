#include "simulators/whatsapp/kinds.hpp"

#include "simulators/common/control.hpp"

namespace agente::sim::whatsapp {

const nlohmann::ordered_json& kind_named(const std::string& name) {
  static const auto kinds = nlohmann::ordered_json::parse(kKinds);
  const auto found = kinds.find(name);
  if (found != kinds.end()) return *found;
  std::string known;
  for (const auto& kind : kinds.items()) known.append(known.empty() ? "" : ", ").append(kind.key());
  throw Unclear("there is no kind '" + name + "'; there are: " + known);
}

}  // namespace agente::sim::whatsapp
