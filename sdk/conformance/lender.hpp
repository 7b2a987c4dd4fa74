#pragma once

#include <cstddef>
#include <cstring>
#include <mutex>
#include <string_view>
#include <vector>

#include <agente/abi.h>

namespace agente::conformance {

/// Memory whose contents a plugin is given for the length of a call. Nothing of it is given back before the process
/// ends, so that a plugin that keeps a pointer is found by the check that looks for it and troubles no other.
/// Thread-safe.
class Lender {
 public:
  enum class Manner {
    kPlain,    ///< a NUL follows each text, as careless authors expect
    kGuarded,  ///< reading one byte beyond a text or record faults
  };

  explicit Lender(Manner manner = Manner::kPlain) : manner_(manner) {}
  Lender(const Lender&) = delete;
  Lender& operator=(const Lender&) = delete;
  ~Lender();

  [[nodiscard]] agente_str text(std::string_view text);
  [[nodiscard]] agente_bytes bytes(std::string_view bytes);
  /// Room for a record, aligned for any, filled with 0xa5.
  [[nodiscard]] void* room(std::size_t size);
  /// From now on, touching anything lent so far faults.
  void revoke();
  [[nodiscard]] bool lent(const void* address) const;

 private:
  struct Region {
    std::byte* begin;
    std::size_t size;
  };
  std::byte* take(std::size_t size, std::size_t spare);
  std::byte* take_guarded(std::size_t size);
  Region map(std::size_t size);

  Manner manner_;
  mutable std::mutex mutex_;
  std::vector<Region> regions_;
  std::byte* next_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace agente::conformance
