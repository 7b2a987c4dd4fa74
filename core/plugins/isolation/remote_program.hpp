#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "plugins/isolation/session.hpp"
#include "plugins/library.hpp"
#include "plugins/program.hpp"

namespace agente::plugins::isolation {

class Remote;

/// How runners are started; what is left out is as in production.
struct Launch {
  std::filesystem::path runner{};  ///< empty: find_runner()
  Patience patience{};
};

/// A plugin that runs in a process of its own. Its objects are handles here; what dies is started again, and
/// `condition` tells. Owns the private copy: the file goes with it.
class RemoteProgram final : public Program {
 public:
  explicit RemoteProgram(PrivateCopy copy, Launch launch = {});
  ~RemoteProgram() override;

  agente_status create(const agente_host* host, agente_str config_json, void** self, agente_error* err) override;
  void destroy(void* self) override;
  const void* query(void* self, agente_str interface_id) override;
  [[nodiscard]] Condition condition(void* self) const override;

 private:
  const std::filesystem::path copy_;
  const Launch launch_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Remote>> remotes_;  // ended ones stay until the program goes: `condition` may still ask
};

}  // namespace agente::plugins::isolation
