// Any bytes as a plugin file: read without running it, and without reading past its end.
#include <cstddef>
#include <cstdint>
#include <span>

#include "plugins/admission/elf_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto facts = agente::plugins::read_elf(std::as_bytes(std::span(data, size)));
  static_cast<void>(facts);  // refused or not: only crashing is wrong
  return 0;
}
