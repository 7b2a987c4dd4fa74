// Any bytes as a config file: problems are found, nothing is thrown, nothing hangs.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/load.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto loaded = agente::config::load_text(text, "/nowhere/agente.yaml",
                                                {.environment = [](const std::string&) { return std::nullopt; }});
  // A file that gives no configuration must say why.
  if (!loaded.config && loaded.problems.empty()) std::abort();
  return 0;
}
