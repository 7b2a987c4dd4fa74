#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "plugins/c_abi.hpp"

namespace agente::plugins {

/// Collects the records a plugin writes into one of the sinks of plugin-api, converted and checked one by one.
/// `Sink` is {void* ctx; agente_status (*write)(void*, const Record*)}.
template <class Sink, class Record, class Value>
class Collect {
 public:
  using Convert = std::optional<Value> (*)(const Record&);

  explicit Collect(Convert convert, std::size_t most = 100'000) : convert_(convert), most_(most) {}
  Collect(const Collect&) = delete;
  Collect& operator=(const Collect&) = delete;

  [[nodiscard]] const Sink* c() const { return &sink_; }

  /// A record was malformed. The plugin then returns our code, so look here before looking at what it returned.
  [[nodiscard]] bool is_broken() const { return broken_; }
  /// All that was written; kInternal if a record was malformed or there were too many.
  [[nodiscard]] Result<std::vector<Value>> take(std::string_view what) {
    if (!broken_) return std::move(values_);
    return Error{Code::kInternal, fmt::format("the plugin wrote a malformed {}, or more than {}", what, most_)};
  }

 private:
  static agente_status write(void* ctx, const Record* record) noexcept {
    auto& self = *static_cast<Collect*>(ctx);
    try {
      auto value = abi::complete(record) ? self.convert_(*record) : std::nullopt;
      self.broken_ |= !value || self.values_.size() >= self.most_;
      if (self.broken_) return AGENTE_E_INVALID;
      self.values_.push_back(std::move(*value));
      return AGENTE_OK;
    } catch (...) {
      self.broken_ = true;
      return AGENTE_E_INTERNAL;
    }
  }

  Convert convert_;
  std::size_t most_;
  std::vector<Value> values_;
  bool broken_ = false;
  Sink sink_{this, &Collect::write};
};

}  // namespace agente::plugins
