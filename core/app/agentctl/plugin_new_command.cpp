// agentctl plugin new KIND NAME [DIR] (offline): a plugin project that builds and passes its tests as it is.
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/agentctl/commands.hpp"

namespace agente::agentctl {
namespace {

namespace fs = std::filesystem;

struct Wish {
  std::string kind;
  std::string name;
  std::string folder;  ///< empty: the name
};

/// A file of the project to be: where, and its text.
using Texts = std::map<fs::path, std::string>;

/// The folder that holds bin/ with this program: an installation or a build tree.
fs::path prefix() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path().parent_path();
}

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

/// Empty: the name can be a plugin's id, a file name and a CMake target.
std::string fault_of(const std::string& name) {
  constexpr std::size_t kLongest = 63;
  const bool good = !name.empty() && name.size() <= kLongest && is_letter_or_digit(name.front()) &&
                    is_letter_or_digit(name.back()) &&
                    std::ranges::all_of(name, [](char c) { return is_letter_or_digit(c) || c == '-'; });
  if (!good) {
    return fmt::format(
        "'{}' cannot be a plugin's name: use 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or digit, "
        "e.g. front-desk",
        name);
  }
  constexpr std::array kTargets{"all", "clean", "help", "install", "package", "test"};
  if (std::ranges::find(kTargets, name) == kTargets.end()) return {};
  return fmt::format("'{0}' is a word of CMake's and cannot be a plugin's name: call it e.g. my-{0}", name);
}

/// front-desk -> FrontDesk, 3cx -> Plugin3cx.
std::string class_of(const std::string& name) {
  std::string made = std::isdigit(static_cast<unsigned char>(name.front())) != 0 ? "Plugin" : "";
  bool begins = true;
  for (const char c : name) {
    if (c != '-') made += begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    begins = c == '-';
  }
  return made;
}

void replace_all(std::string& text, const std::string& what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

/// The template of the kind with its names filled in.
Result<Texts> texts_for(const Wish& wish) {
  const auto templates = prefix() / "share/agente-hotel/template";
  Texts texts;
  for (const auto* part : {"common", wish.kind.c_str()}) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(templates / part, error)) {
      std::ifstream file(entry.path());
      std::string text{std::istreambuf_iterator<char>(file), {}};
      replace_all(text, "@name@", wish.name);
      replace_all(text, "@kind@", wish.kind);
      replace_all(text, "@Class@", class_of(wish.name));
      texts[entry.path().filename()] = std::move(text);
    }
    if (error) {
      return Error{Code::kNotFound, fmt::format("the templates are not in {}: install the SDK beside agentctl "
                                                "(cmake --install BUILD --prefix {})",
                                                templates.string(), prefix().string())};
    }
  }
  return texts;
}

Result<void> write(const Texts& texts, const fs::path& folder) {
  std::error_code error;
  const bool taken = fs::exists(folder, error) && !(fs::is_directory(folder, error) && fs::is_empty(folder, error));
  if (taken) {
    return Error{Code::kConflict, fmt::format("{} exists and is no empty folder: name another one, as in agentctl "
                                              "plugin new KIND NAME DIR",
                                              folder.string())};
  }
  fs::create_directories(folder, error);
  if (error) {
    return Error{Code::kInvalid, fmt::format("{} cannot be made: {}: check the rights of the folder above it",
                                             folder.string(), error.message())};
  }
  for (const auto& [name, text] : texts) {
    std::ofstream file(folder / name);
    file << text;
    if (!file.flush()) {
      return Error{Code::kInvalid,
                   fmt::format("{} cannot be written: check the folder's rights and the disk's space, remove {} and "
                               "try again",
                               (folder / name).string(), folder.string())};
    }
  }
  return {};
}

std::string quoted(const std::string& path) {
  const bool plain = std::ranges::all_of(path, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("-_./+").find(c) != std::string_view::npos;
  });
  if (plain) return path;
  std::string safe = path;
  replace_all(safe, "'", R"('\'')");
  return "'" + safe + "'";
}

/// What to type next, from where the command was given.
std::vector<std::string> next_steps(const std::string& folder) {
  std::error_code error;
  const bool installed = fs::exists(prefix() / "lib/cmake/agente-sdk/agente-sdkConfig.cmake", error);
  const auto sdk = installed ? quoted(prefix().string()) : "WHERE-THE-SDK-IS-INSTALLED";
  return {"cd " + quoted(folder), "cmake -S . -B build -G Ninja -DCMAKE_PREFIX_PATH=" + sdk, "cmake --build build",
          "ctest --test-dir build --output-on-failure"};
}

int make_new(Wish wish, bool as_json) {
  if (const auto fault = fault_of(wish.name); !fault.empty()) return failed({Code::kInvalid, fault});
  if (wish.folder.empty()) wish.folder = wish.name;
  const auto texts = texts_for(wish);
  if (!texts) return failed(texts.error());
  if (const auto written = write(*texts, wish.folder); !written) return failed(written.error());
  nlohmann::json told{{"kind", wish.kind},
                      {"name", wish.name},
                      {"class", class_of(wish.name)},
                      {"folder", wish.folder},
                      {"files", nlohmann::json::array()},
                      {"next", next_steps(wish.folder)}};
  for (const auto& [name, text] : *texts) told["files"].push_back(name.string());
  if (as_json) {
    std::printf("%s\n", told.dump(2).c_str());
    return 0;
  }
  std::printf("%s: a %s plugin, class %s in plugin.hpp. Now:\n\n", wish.folder.c_str(), wish.kind.c_str(),
              class_of(wish.name).c_str());
  for (const auto& step : next_steps(wish.folder)) std::printf("    %s\n", step.c_str());
  return 0;
}

}  // namespace

void add_plugin_new(CLI::App& plugin, Common& common, Chosen& chosen) {
  auto wish = std::make_shared<Wish>();
  auto* command = add_command(plugin, common, chosen, "new",
                              "offline: writes a plugin project that builds and passes its tests as it is",
                              [&common, wish] { return make_new(*wish, common.json); });
  command->add_option("KIND", wish->kind, "channel, pms or exporter")
      ->required()
      ->check(CLI::IsMember({"channel", "pms", "exporter"}));
  command->add_option("NAME", wish->name, "the plugin's id, e.g. front-desk")->required();
  command->add_option("DIR", wish->folder, "a new or empty folder; NAME if left out");
}

}  // namespace agente::agentctl
