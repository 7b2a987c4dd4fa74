#include "mailbox.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "stage.hpp"

namespace agente::chaos {

Mailbox::Mailbox(std::string provider) : provider_(std::move(provider)) {
  thread_ = std::jthread([this](const std::stop_token& stop) { read(stop); });
}

void Mailbox::read(const std::stop_token& stop) {
  std::uint64_t last = 0;
  while (!stop.stop_requested()) {
    const auto log = e2e::http("GET", provider_ + "/__sim/log?since=" + std::to_string(last)).json();
    std::unique_lock lock(mutex_);
    if (log.is_object() && log.contains("requests")) {
      last = log["last"];
      for (const auto& entry : log["requests"]) {
        if (entry.value("accepted", false) && entry.contains("text")) {
          take({.to = entry["to"], .key = entry["key"], .text = entry["text"]});
        }
      }
      came_.notify_all();
    }
    came_.wait_for(lock, stop, std::chrono::milliseconds{50},
                   [] { return false; });  // another program: only asking helps
  }
}

void Mailbox::take(const Sent& message) {
  all_.push_back(message);
  auto& mine = by_guest_[message.to];
  if (std::ranges::none_of(mine, [&](const Sent& old) { return old.key == message.key; })) mine.push_back(message);
}

bool Mailbox::wait(const std::string& guest, const std::stop_token& stop,
                   const std::function<bool(const std::vector<Sent>&)>& enough) {
  std::unique_lock lock(mutex_);
  return came_.wait(lock, stop, [&] { return enough(by_guest_[guest]); });
}

std::vector<Sent> Mailbox::all() const {
  const std::lock_guard lock(mutex_);
  return all_;
}

}  // namespace agente::chaos
