#include "config/load.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <tuple>

#include <nlohmann/json.hpp>

#include "config/draft.hpp"

namespace agente::config {
namespace {

using nlohmann::json;

/// `channels:` with nothing below it, because all of it is commented out, is the same as no `channels:`.
void drop_empty_sections(json& root) {
  if (!root.is_object()) return;
  for (auto it = root.begin(); it != root.end();) it = it->is_null() ? root.erase(it) : std::next(it);
}

void check_core(Draft& draft) {
  auto& value = draft.document.value;
  std::set<Path> plugin_configs;
  for (const auto& place : instance_places(draft)) plugin_configs.insert(place.path / "config");
  const json written = value;
  auto expanded = expand_texts(draft, value, {}, plugin_configs, {});
  Document original;
  original.value = written;
  for (const auto& path : expanded) draft.written[path] = original.find(path)->get<std::string>();
  const auto schema = read_schema(core_schema());
  if (!schema) return draft.at_value({}, schema.error().text);
  retype_expanded(*schema, value, expanded);
  for (const auto& misfit : check(*schema, value, {{}, std::move(expanded)})) draft.misfit({}, misfit);
}

LoadResult finish(Draft&& draft) {
  LoadResult result;
  if (draft.document.complete && !draft.has_core_problem()) {
    read_settings(draft);
    for (auto& instance : draft.config.instances) {
      for (const auto& problem : draft.document.problems) {
        if (problem.instance == instance.id) instance.problems.push_back(format(problem));
      }
    }
    result.config = std::move(draft.config);
  }
  result.problems = std::move(draft.document.problems);
  std::ranges::stable_sort(result.problems, {}, [](const Problem& problem) { return problem.at; });
  return result;
}

LoadResult failed(const std::filesystem::path& file, const std::string& why) {
  return {std::nullopt, {{file.string(), {}, why}}};
}

}  // namespace

LoadResult load_text(std::string_view text, const std::filesystem::path& file, const LoadOptions& options) {
  try {
    Draft draft{parse_document(text, file.string()), std::filesystem::absolute(file).lexically_normal(), options, {}};
    if (!draft.document.complete) return finish(std::move(draft));
    drop_empty_sections(draft.document.value);
    check_core(draft);
    check_rules(draft);
    read_plugin_folders(draft);
    read_instances(draft);
    draft.config.text = text;
    return finish(std::move(draft));
  } catch (const std::exception& error) {
    return failed(file, std::string("the file cannot be checked (") + error.what() + "); please report this");
  }
}

LoadResult load(const std::filesystem::path& file, const LoadOptions& options) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return failed(file, "there is no such file; correct the path");
  std::ifstream stream(file, std::ios::binary);
  std::string text;
  std::array<char, 16'384> part{};
  while (text.size() <= Document::kMaxBytes && (stream.read(part.data(), part.size()), stream.gcount() > 0)) {
    text.append(part.data(), static_cast<std::size_t>(stream.gcount()));
  }
  if (stream.bad() || (!stream.eof() && stream.fail()) ||
      (text.empty() && std::filesystem::file_size(file, error) > 0)) {
    return failed(file, "the file cannot be read; check who may read it");
  }
  return load_text(text, file, options);
}

}  // namespace agente::config
