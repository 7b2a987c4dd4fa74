#pragma once

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "plugins/isolation/session.hpp"
#include "plugins/isolation/tables.hpp"
#include "plugins/program.hpp"

namespace agente::plugins::isolation {

/// Where a plugin's object lives when it does not live here, and for whom.
struct Domicile {
  std::filesystem::path runner;  ///< the program
  std::filesystem::path copy;    ///< the plugin
  std::string plugin;            ///< its id
  std::uint32_t kind = 0;        ///< AGENTE_KIND_*
  const agente_host* host = nullptr;
  std::shared_ptr<Tenant> tenant;  // shared_ptr: as for the services
  std::string config;              ///< JSON for create
  Patience patience;
};

/// A plugin's object in a runner: kept alive, and started anew with the same config when its runner dies. Thread-safe.
class Remote {
 public:
  explicit Remote(Domicile domicile) : domicile_(std::move(domicile)) {}
  ~Remote() { stop(); }
  Remote(const Remote&) = delete;
  Remote& operator=(const Remote&) = delete;

  /// Starts the first runner and creates the object; a failure here is final. Once.
  agente_status start(agente_error* err);
  /// Destroys the object and ends the runner. Idempotent.
  void stop();

  /// As Session::pass; AGENTE_E_RETRY while there is no runner.
  agente_status pass(const Passed& passed, const Session::Fill& fill, const Session::Take& take);
  /// The table of an interface; null when the plugin does not offer it.
  [[nodiscard]] const void* table(std::string_view interface_id) const;
  [[nodiscard]] Condition condition() const;

 private:
  void keep();
  agente_status bring_up(agente_error& err);
  agente_status open(Session& session, agente_error& err);
  bool accept_offer(std::uint32_t offer, agente_error& err);
  void lay_down(const std::string& reason, const std::string& calls, std::optional<Millis> pause);
  Millis next_pause(Steady born);

  const Domicile domicile_;
  std::thread keeper_;
  Millis pause_{};  // the keeper's own

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<Session> session_;  // shared_ptr: calls under way hold it
  bool live_ = false;                 // its object is there
  bool stopping_ = false;
  std::optional<agente_status> started_;  // what became of the first
  agente_error first_error_{};
  Steady next_start_{};
  Condition condition_{.running = false};

  std::optional<std::uint32_t> offer_;  // which functions its table has
  agente_channel_v1 channel_{};
  agente_channel_presence_v1 presence_{};
  agente_channel_media_v1 media_{};
  agente_pms_v1 pms_{};
  agente_exporter_v1 exporter_{};
};

}  // namespace agente::plugins::isolation
