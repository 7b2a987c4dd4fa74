#include "plugins/isolation/remote_program.hpp"

#include <unistd.h>

#include "plugins/c_abi.hpp"
#include "plugins/isolation/remote.hpp"
#include "telemetry/metrics.hpp"

namespace agente::plugins::isolation {

RemoteProgram::RemoteProgram(PrivateCopy copy, Launch launch)
    : Program(std::move(copy.identity)), copy_(std::move(copy.path)), launch_(std::move(launch)) {}

RemoteProgram::~RemoteProgram() {
  remotes_.clear();
  ::unlink(copy_.c_str());
}

agente_status RemoteProgram::create(const agente_host* host, agente_str config_json, void** self, agente_error* err) {
  auto tenant = Door::tenant(host);
  if (!tenant) return abi::fail(err, {Code::kCancelled, "the instance is over"});
  const auto runner = launch_.runner.empty() ? find_runner() : Result<std::filesystem::path>(launch_.runner);
  if (!runner) return abi::fail(err, {Code::kConfig, runner.error().text});
  tenant->house->services.metrics.add("plugin_crashes_total",
                                      {{"plugin", identity().id}, {"instance", tenant->config.id}}, 0);
  auto remote = std::make_unique<Remote>(Domicile{.runner = *runner,
                                                  .copy = copy_,
                                                  .plugin = identity().id,
                                                  .kind = identity().kind,
                                                  .host = host,
                                                  .tenant = std::move(tenant),
                                                  .config = std::string(config_json.ptr, config_json.len),
                                                  .patience = launch_.patience});
  if (const auto status = remote->start(err); status != AGENTE_OK) return status;
  *self = remote.get();
  const std::lock_guard lock(mutex_);
  remotes_.push_back(std::move(remote));
  return AGENTE_OK;
}

void RemoteProgram::destroy(void* self) { static_cast<Remote*>(self)->stop(); }

const void* RemoteProgram::query(void* self, agente_str interface_id) {
  return static_cast<Remote*>(self)->table(abi::view(interface_id).value_or(""));
}

Condition RemoteProgram::condition(void* self) const {
  return self == nullptr ? Condition{} : static_cast<Remote*>(self)->condition();
}

}  // namespace agente::plugins::isolation
