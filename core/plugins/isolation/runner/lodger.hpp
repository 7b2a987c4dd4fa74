#pragma once

#include <mutex>
#include <string>

#include <agente/exporter.h>

#include "base/result.hpp"
#include "plugins/isolation/runner/door.hpp"
#include "plugins/isolation/runner/job.hpp"

namespace agente::plugins::isolation {

/// The plugin in this process and its one object.
class Lodger {
 public:
  explicit Lodger(Office& office) : door_(office) {}

  /// Answers one call of the host. Serial calls wait for each other here too, whatever the host does.
  void answer(const Letter& call, FrameWriter& out);

 private:
  agente_status run(Job& job, const Letter& call);
  agente_status create(Job& job, const Letter& order);
  Result<void> open(const std::string& path, std::uint32_t memory_mb, std::uint32_t open_files);
  void offer(FrameWriter& out);

  Door door_;
  std::mutex serial_;
  std::string order_;  // the order to create: the instance's texts lie in it
  std::string name_ = "?";
  const agente_plugin* plugin_ = nullptr;
  void* self_ = nullptr;
  const agente_channel_v1* channel_ = nullptr;
  const agente_channel_presence_v1* presence_ = nullptr;
  const agente_channel_media_v1* media_ = nullptr;
  const agente_pms_v1* pms_ = nullptr;
  const agente_exporter_v1* exporter_ = nullptr;
};

}  // namespace agente::plugins::isolation
