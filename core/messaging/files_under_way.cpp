#include "messaging/files_under_way.hpp"

namespace agente::messaging {
namespace {

constexpr Millis kLongest{5000};

}  // namespace

void FilesUnderWay::note_sent(const store::Outbound& message) {
  const bool file = message.kind == "image" || message.kind == "document";
  if (!file) return;
  const auto now = clock_.steady();
  const std::lock_guard lock(mutex_);
  std::erase_if(files_, [now](const auto& entry) { return entry.second.until <= now; });
  files_[message.guest] = {message.id, now + kLongest};
}

void FilesUnderWay::note_end(const store::Outbound& message) {
  const std::lock_guard lock(mutex_);
  const auto file = files_.find(message.guest);
  if (file != files_.end() && file->second.id == message.id) files_.erase(file);
}

std::optional<Steady> FilesUnderWay::rest_of(const store::Outbound& message) {
  const std::lock_guard lock(mutex_);
  const auto file = files_.find(message.guest);
  if (file == files_.end() || file->second.id >= message.id || file->second.until <= clock_.steady()) {
    return std::nullopt;
  }
  return file->second.until;
}

}  // namespace agente::messaging
