#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "config/problem.hpp"

namespace agente::config {

/// The way from the root of a document to a value: keys, and positions written as digits.
using Path = std::vector<std::string>;

/// Where each value of a document stands in the file; the same shape as the values.
struct MarkTree {
  Mark value{};
  Mark key{};            ///< where its key stands; for items of a list the same as `value`
  bool refused = false;  ///< already reported; whoever looks at the value later keeps quiet
  std::map<std::string, MarkTree> members{};
};

/// A YAML file as JSON values plus the place of each.
///
/// Only what a config needs is taken: one document, no anchors or aliases, no tags, no key twice, and bounded depth,
/// length and number of values. Plain scalars follow YAML 1.2's core rules: `yes`, `no`, `on`, `off` are text.
struct Document {
  static constexpr std::size_t kMaxBytes = 4U << 20U;
  static constexpr std::size_t kMaxScalarBytes = 64U << 10U;
  static constexpr std::size_t kMaxKeyBytes = 256;
  static constexpr std::size_t kMaxDepth = 32;
  static constexpr std::size_t kMaxValues = 100'000;

  std::string name;  ///< the file's name, as problems show it
  nlohmann::json value;
  MarkTree marks;
  std::vector<Problem> problems;
  bool complete = false;  ///< false: reading stopped at the last problem, and `value` is of no use

  /// The value at `path`, or null if there is none.
  [[nodiscard]] const nlohmann::json* find(const Path& path) const;
  /// Where the value at `path` stands, or the nearest value around it.
  [[nodiscard]] Mark where(const Path& path) const;
  /// Where the key of `path` stands.
  [[nodiscard]] Mark where_key(const Path& path) const;
  /// The value at `path`, or one around it, has been reported already.
  [[nodiscard]] bool refused(const Path& path) const;
  void refuse(const Path& path);
};

/// Reads `text`. Any bytes will do: it never throws and ends soon.
[[nodiscard]] Document parse_document(std::string_view text, std::string name);

}  // namespace agente::config
