#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "conformance/answer.hpp"
#include "conformance/lender.hpp"
#include "conformance/trial_host.hpp"

namespace agente::conformance {

/// What came of one call.
struct Outcome {
  std::string job;
  agente_status status = AGENTE_OK;
  agente_error error{};
  bool threw = false;        ///< an exception crossed the boundary
  bool overwritten = false;  ///< something beside the error record's own fields was written
  std::size_t staged = 0;    ///< messages and receipts
  std::chrono::milliseconds took{};

  /// The error's text, as far as it lies within the record.
  [[nodiscard]] std::string text() const;
};

/// One instance, driven through its C tables as the host does it.
class Instance {
 public:
  using Work = std::function<agente_status(void* self, const agente_call* call, agente_error* err)>;
  struct Terms {
    std::string job;
    bool may_stage = false;
    std::chrono::milliseconds deadline{5000};
    /// Whether what was staged is kept, asked after an AGENTE_OK.
    std::function<bool()> commit = [] { return true; };
  };

  /// Creates nothing yet. All are used until destroy.
  Instance(TrialHost& host, const agente_plugin& plugin, Lender& lender)
      : host_(host), plugin_(plugin), lender_(lender) {}
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  ~Instance() { destroy(); }

  Outcome create(const std::string& config_json);
  void destroy();
  [[nodiscard]] const void* query(std::string_view interface_id) const;
  /// The table of the plugin's kind.
  template <class Table>
  [[nodiscard]] const Table& table(std::string_view interface_id) const {
    return *static_cast<const Table*>(query(interface_id));
  }
  /// Thread-safe.
  Outcome call(const Terms& terms, const Work& work);
  [[nodiscard]] TrialHost& host() const { return host_; }
  [[nodiscard]] Lender& lender() const { return lender_; }
  [[nodiscard]] const agente_plugin& plugin() const { return plugin_; }
  [[nodiscard]] bool exists() const { return exists_; }

 private:
  TrialHost& host_;
  const agente_plugin& plugin_;
  Lender& lender_;
  void* self_ = nullptr;
  bool exists_ = false;
};

}  // namespace agente::conformance
