#include <algorithm>
#include <cctype>
#include <optional>

#include <nlohmann/json.hpp>

#include "config/draft.hpp"

namespace agente::config {
namespace {

using nlohmann::json;

constexpr const char* kTestSignature = "accept_test_signature";

/// What a plugin's schema says about its config besides what fits.
struct Marked {
  std::set<Path> secrets;            ///< `writeOnly`
  std::set<Path> files;              ///< `format: x-agente-path`
  std::set<Path> not_in_production;  ///< true where the schema forbids it
  std::vector<std::pair<Path, std::string>> egress;
};

bool flag(const json& schema, const char* key) {
  const auto found = schema.find(key);
  return found != schema.end() && *found == json(true);
}

Marked marks_of(const json& schema, const json& config) {
  Marked marked;
  annotate(schema, &config, [&](const json& part, const Path& path, const json* value) {
    if (flag(part, "x-agente-egress")) {
      const auto& text = value != nullptr ? *value : part.value("default", json());
      if (text.is_string()) marked.egress.emplace_back(path, text.get<std::string>());
    }
    if (value == nullptr) return;
    if (flag(part, "writeOnly")) marked.secrets.insert(path);
    if (part.value("format", json()) == "x-agente-path" && value->is_string()) marked.files.insert(path);
    if (flag(part, "x-agente-not-in-production") && *value == json(true)) marked.not_in_production.insert(path);
  });
  return marked;
}

json* find(json& root, const Path& path) {
  json* at = &root;
  for (const auto& step : path) {
    if (at->is_object() && at->contains(step)) {
      at = &(*at)[step];
    } else if (at->is_array() && std::stoul(step) < at->size()) {
      at = &(*at)[std::stoul(step)];
    } else {
      return nullptr;
    }
  }
  return at;
}

/// "https://graph.facebook.com:443/v20.0" -> "graph.facebook.com". A bare host name is taken as it is.
std::optional<std::string> host_of(const std::string& url) {
  const auto scheme = url.find("://");
  auto rest = scheme == std::string::npos ? url : url.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (const auto at = rest.rfind('@'); at != std::string::npos) rest = rest.substr(at + 1);
  const bool brackets = rest.starts_with('[') && rest.find(']') != std::string::npos;
  rest = brackets ? rest.substr(1, rest.find(']') - 1) : rest.substr(0, rest.find(':'));
  std::ranges::transform(rest, rest.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const bool good = !rest.empty() && std::ranges::all_of(rest, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || c == ':';
  });
  return good ? std::optional(rest) : std::nullopt;
}

class InstanceReader {
 public:
  InstanceReader(Draft& draft, const InstancePlace& place) : draft_(draft), place_(place) {
    instance_.id = place.id;
    instance_.kind = place.kind;
    instance_.former = place.former;
  }

  InstanceConfig read() {
    common();
    const auto* config = draft_.document.find(place_.path / "config");
    const bool usable = config == nullptr || config->is_object();
    const auto schema = plugin_schema();
    if (usable) plugin_config(config == nullptr ? json::object() : *config, schema);
    return std::move(instance_);
  }

 private:
  void common() {
    const auto& path = place_.path;
    if (const auto* plugin = draft_.text(path / "plugin")) instance_.plugin = *plugin;
    const auto* isolation = draft_.text(path / "isolation");
    if (isolation != nullptr && *isolation == "process") instance_.isolation = Isolation::kProcess;
    for (const auto* key : {"memory_mb", "open_files"}) needs_process(key);
    instance_.memory_mb = number("memory_mb", instance_.memory_mb);
    instance_.open_files = number("open_files", instance_.open_files);
    instance_.max_concurrency = number("max_concurrency", instance_.max_concurrency);
    instance_.deadline = Millis{number("deadline_ms", static_cast<int>(instance_.deadline.count()))};
    for (std::size_t i = 0; i < draft_.size(path / "egress"); ++i) {
      const auto* host = draft_.text(path / "egress" / i);
      if (host != nullptr) allow(host_of(host->find(':') == host->rfind(':') ? *host : "[" + *host + "]"));
    }
    hotels();
  }

  /// A limit that nothing would enforce must not look as if it held.
  void needs_process(const char* key) {
    if (instance_.isolation == Isolation::kProcess || draft_.document.find(place_.path / key) == nullptr) return;
    draft_.at_value(place_.path / key,
                    "holds only for a plugin in a process of its own; add `isolation: process`, or "
                    "delete it",
                    problem_id());
  }

  [[nodiscard]] int number(const char* key, int otherwise) const {
    const auto* value = draft_.document.find(place_.path / key);
    return value != nullptr && value->is_number_integer() ? value->get<int>() : otherwise;
  }

  void hotels() {
    const auto hotel_of = [&](const Path& path) {
      const auto* id = draft_.text(path);
      return id == nullptr ? std::string() : *id;
    };
    if (place_.kind == PluginKind::kPms) {
      instance_.hotel = hotel_of(Path{place_.path[0], place_.path[1], "id"});
    }
    if (place_.kind != PluginKind::kChannel) return;
    instance_.hotel = hotel_of(place_.path / "hotel");
    const auto* accounts = draft_.document.find(place_.path / "accounts");
    if (accounts != nullptr && accounts->is_object()) {
      for (const auto& [account, hotel] : accounts->items()) {
        if (hotel.is_string()) instance_.accounts[account] = hotel.get<std::string>();
      }
    } else if (instance_.hotel.empty() && draft_.size({"hotels"}) == 1) {
      instance_.hotel = hotel_of({"hotels", "0", "id"});
    }
  }

  void allow(const std::optional<std::string>& host) {
    auto& hosts = instance_.egress;
    if (host && std::ranges::find(hosts, *host) == hosts.end()) hosts.push_back(*host);
  }

  /// The schema to check the config with; none if there is nobody to ask or the plugin is not usable.
  std::optional<json> plugin_schema() {
    if (!draft_.options.schema_of || instance_.plugin.empty()) return std::nullopt;
    const auto text = draft_.options.schema_of(draft_.config.plugins, instance_.plugin, place_.kind);
    if (!text) {
      report_plugin(text.error());
      return std::nullopt;
    }
    auto schema = read_schema(text->empty() ? R"({"type":"object","additionalProperties":false})" : *text);
    if (schema) return *std::move(schema);
    draft_.at_value(place_.path / "plugin", "\"" + instance_.plugin + "\": " + schema.error().text, problem_id());
    return std::nullopt;
  }

  void report_plugin(const Error& error) {
    std::string sentence = "\"" + instance_.plugin + "\" ";
    if (error.code == Code::kNotFound) {
      sentence += "is no " + std::string(kind_name(place_.kind)) + " plugin that can be found (" + error.text + ")";
      std::string folders;
      for (const auto& folder : draft_.config.plugins.path) folders += (folders.empty() ? "" : ", ") + folder.string();
      if (!folders.empty()) sentence += "; searched: " + folders;
      sentence += "; correct the name or plugins.path";
    } else {
      sentence += "cannot be used: " + error.text;
    }
    draft_.at_value(place_.path / "plugin", sentence, problem_id());
  }

  void plugin_config(const json& written, const std::optional<json>& schema) {
    const Path base = place_.path / "config";
    json config = written;
    const auto expanded = expand_texts(draft_, config, base, {}, problem_id());
    if (schema) {
      retype_expanded(*schema, config, expanded);
      const auto name = shown_path(draft_.document.value, base);
      for (const auto& misfit : check(*schema, config, {name, expanded})) draft_.misfit(base, misfit, problem_id());
    }
    const auto marked = marks_of(schema.value_or(json(true)), config);
    forbid_in_production(base, config, marked);
    for (const auto& [path, url] : marked.egress) egress(base, path, url);
    for (const auto& path : marked.files) {
      auto& file = *find(config, path);
      file = draft_.resolve(file.get<std::string>()).string();
    }
    for (const auto& path : marked.secrets) take_secret(written, config, path);
    instance_.config = config.dump();
  }

  void egress(const Path& base, const Path& path, const std::string& url) {
    const auto host = host_of(url);
    allow(host);
    Path at = base;
    at.insert(at.end(), path.begin(), path.end());
    if (!host) draft_.at_value(at, "must be a URL such as https://host/", problem_id());
  }

  /// A setting that would let anyone in ends the whole start, not only its instance.
  void forbid_in_production(const Path& base, const json& config, const Marked& marked) {
    if (draft_.config.stage != Stage::kProduction) return;
    auto paths = marked.not_in_production;
    if (config.value(kTestSignature, json()) == json(true)) paths.insert({kTestSignature});
    for (const auto& path : paths) {
      Path at = base;
      at.insert(at.end(), path.begin(), path.end());
      draft_.at_value(at, "is for tests and not allowed in production; delete it, or write `environment: test`");
    }
  }

  /// Moves the secret at `path` from the config to `secrets`.
  void take_secret(json written, json& config, const Path& path) {
    json* secret = find(written, path);
    json* holder = find(config, Path(path.begin(), path.end() - (path.empty() ? 0 : 1)));
    if (secret == nullptr || holder == nullptr || path.empty()) return;
    std::string name;
    for (const auto& step : path) name += (name.empty() ? "" : ".") + step;
    Path at = place_.path / "config";
    at.insert(at.end(), path.begin(), path.end());
    collect(*secret, name, at);
    if (holder->is_object()) holder->erase(path.back());
    if (holder->is_array()) (*holder)[std::stoul(path.back())] = nullptr;
  }

  void collect(const json& secret, const std::string& name, const Path& at) {
    if (secret.is_structured()) {
      for (const auto& [step, item] : secret.items()) {
        std::string inner = name;
        inner += "." + step;
        collect(item, inner, at / step);
      }
      return;
    }
    SecretSource source(secret.is_string() ? secret.get<std::string>() : secret.dump(), draft_.file.parent_path(),
                        draft_.options.environment);
    if (const auto now = source.read(); !now) draft_.at_value(at, now.error().text, problem_id());
    instance_.secrets.insert_or_assign(name, std::move(source));
  }

  /// A problem of an instance without a usable id concerns the whole file.
  [[nodiscard]] const std::string& problem_id() const { return place_.id; }

  Draft& draft_;
  const InstancePlace& place_;
  InstanceConfig instance_;
};

}  // namespace

void read_instances(Draft& draft) {
  for (const auto& place : instance_places(draft)) {
    draft.config.instances.push_back(InstanceReader(draft, place).read());
  }
}

}  // namespace agente::config
