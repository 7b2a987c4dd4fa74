#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

namespace agente::plugins {

/// No plugin or library is read beyond this size.
inline constexpr std::size_t kLargestImage = std::size_t{512} << 20U;

/// The whole regular file. Nothing when it cannot be read, is longer than `limit`, or changes while it is read.
[[nodiscard]] std::optional<std::vector<std::byte>> read_file(const std::filesystem::path& file, std::size_t limit);

}  // namespace agente::plugins
