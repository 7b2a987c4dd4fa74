#include "config/draft.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "config/scalar.hpp"

namespace agente::config {
namespace {

using nlohmann::json;

json* find(json& root, const Path& path) {
  json* at = &root;
  for (const auto& step : path) at = at->is_array() ? &(*at)[std::stoul(step)] : &(*at)[step];
  return at;
}

template <class Visit>
void each_text(json& value, Path& path, const std::set<Path>& skip, const Visit& visit) {
  if (skip.contains(path)) return;
  if (value.is_string()) return visit(value, path);
  if (!value.is_structured()) return;
  for (const auto& item : value.items()) {
    path.push_back(item.key());
    each_text(item.value(), path, skip, visit);
    path.pop_back();
  }
}

Path joined(Path base, const Path& rest) {
  base.insert(base.end(), rest.begin(), rest.end());
  return base;
}

}  // namespace

Path operator/(Path path, std::string step) {
  path.push_back(std::move(step));
  return path;
}

Path operator/(Path path, std::size_t index) { return std::move(path) / std::to_string(index); }

void Draft::at_value(const Path& path, const std::string& sentence, const std::string& instance) {
  if (document.refused(path)) return;
  document.problems.push_back(
      {document.name, document.where(path), shown_path(document.value, path) + " " + sentence, instance});
  document.refuse(path);
}

void Draft::misfit(const Path& base, const Misfit& misfit, const std::string& instance) {
  const auto path = joined(base, misfit.path);
  if (document.refused(path)) return;
  const auto at = misfit.at_key ? document.where_key(path) : document.where(path);
  document.problems.push_back({document.name, at, misfit.text, instance});
  if (!misfit.at_key) document.refuse(path);
}

bool Draft::has_core_problem() const {
  return std::ranges::any_of(document.problems, [](const auto& problem) { return problem.instance.empty(); });
}

const std::string* Draft::text(const Path& path) const {
  const auto* value = document.find(path);
  return value == nullptr || document.refused(path) ? nullptr : value->get_ptr<const std::string*>();
}

std::string Draft::shown(const Path& path) const {
  const auto* value = text(path);
  const auto* as_written = written.contains(path) ? &written.at(path) : value;
  return as_written == nullptr || as_written->size() > 80 ? "too long to show here" : "\"" + *as_written + "\"";
}

std::size_t Draft::size(const Path& path) const {
  const auto* value = document.find(path);
  return value != nullptr && value->is_array() ? value->size() : 0;
}

SecretSource Draft::secret(const Path& path) const {
  const auto original = written.find(path);
  const auto* now = text(path);
  return {original != written.end() ? original->second
          : now != nullptr          ? *now
                                    : std::string(),
          file.parent_path(), options.environment};
}

std::filesystem::path Draft::resolve(const std::string& path) const {
  return (file.parent_path() / path).lexically_normal();
}

std::set<Path> expand_texts(Draft& draft, json& value, const Path& base, const std::set<Path>& skip,
                            const std::string& instance) {
  std::set<Path> expanded;
  Path path;
  each_text(value, path, skip, [&](json& item, const Path& at) {
    const auto written = item.get<std::string>();
    if (!needs_expansion(written)) return;
    expanded.insert(at);
    const auto now = expand(written, draft.file.parent_path(), draft.options.environment);
    if (!now) return draft.at_value(joined(base, at), now.error().text, instance);
    item = *now;
  });
  return expanded;
}

void retype_expanded(const json& schema, json& value, const std::set<Path>& expanded) {
  std::map<Path, json> better;
  annotate(schema, &value, [&](const json& part, const Path& path, const json* item) {
    if (item == nullptr || !item->is_string() || !expanded.contains(path)) return;
    const auto type = part.value("type", json());
    const auto meant = plain_scalar(item->get<std::string>());
    if ((type == "integer" && meant.is_number_integer()) || (type == "number" && meant.is_number()) ||
        (type == "boolean" && meant.is_boolean())) {
      better[path] = meant;
    }
  });
  for (const auto& [path, meant] : better) *find(value, path) = meant;
}

std::vector<InstancePlace> instance_places(const Draft& draft) {
  std::vector<InstancePlace> places;
  const auto id_at = [&](const Path& path) {
    const auto* id = draft.text(path / "id");
    return id == nullptr ? std::string() : *id;
  };
  for (std::size_t i = 0; i < draft.size({"hotels"}); ++i) {
    const Path hotel = Path{"hotels"} / i;
    const auto id = id_at(hotel);
    if (draft.document.find(hotel / "pms") == nullptr) continue;
    // Former ones first: when the hotel moves to another PMS, the old one is there again before it is replaced.
    for (std::size_t j = 0; j < draft.size(hotel / "pms" / "former"); ++j) {
      const auto path = hotel / "pms" / "former" / j;
      const auto* plugin = draft.text(path / "plugin");
      places.push_back({path, PluginKind::kPms, id.empty() || plugin == nullptr ? "" : id + "/pms/" + *plugin, true});
    }
    places.push_back({hotel / "pms", PluginKind::kPms, id.empty() ? "" : id + "/pms"});
  }
  for (std::size_t i = 0; i < draft.size({"channels"}); ++i) {
    places.push_back({Path{"channels"} / i, PluginKind::kChannel, id_at(Path{"channels"} / i)});
  }
  for (std::size_t i = 0; i < draft.size({"exporters"}); ++i) {
    places.push_back({Path{"exporters"} / i, PluginKind::kExporter, id_at(Path{"exporters"} / i)});
  }
  return places;
}

}  // namespace agente::config
