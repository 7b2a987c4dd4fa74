#pragma once

#include <filesystem>

#include "simulators/qloapps/book.hpp"

namespace agente::sim::qloapps {

/// The book on the disk, as a shop's database has it: a simulator that is killed and started again knows its bookings.
/// Not thread-safe: who holds the book may use it.
class Ledger {
 public:
  /// Empty: nothing is kept.
  explicit Ledger(std::filesystem::path file) : file_(std::move(file)) {}

  /// What was kept; an empty book when there is no file yet. Throws std::invalid_argument for a file of another kind.
  [[nodiscard]] Book read() const;
  /// Throws std::runtime_error when it cannot be written.
  void keep(const Book& book) const;

 private:
  std::filesystem::path file_;
};

}  // namespace agente::sim::qloapps
