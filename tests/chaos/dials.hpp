#pragma once

#include <chrono>
#include <filesystem>

#include "dials.h"

namespace agente::chaos {

/// The dials of one program that runs with `preload.c`: a file that both have mapped, so that turning them takes
/// effect at once.
class Dials {
 public:
  explicit Dials(std::filesystem::path file);
  ~Dials();
  Dials(const Dials&) = delete;
  Dials& operator=(const Dials&) = delete;

  void slow_disk(std::chrono::milliseconds each_sync);
  void shift_clock(std::chrono::milliseconds by);
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

 private:
  const std::filesystem::path file_;
  agente_dials* dials_;
};

}  // namespace agente::chaos
