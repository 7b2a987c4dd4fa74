#include "plugins/isolation/runner/office.hpp"

#include <cstdlib>
#include <thread>

namespace agente::plugins::isolation {
namespace {

thread_local std::uint64_t current_call = 0;  // the frame number of the call that this thread answers; 0: none

}  // namespace

void Office::open(Handle handle) {
  handle_ = std::move(handle);
  ++idle_;
  work();
}

void Office::work() {
  for (;;) {
    const auto call = next_call();
    if (--idle_ == 0) {
      ++idle_;
      std::thread([this] { work(); }).detach();  // the process ends by _Exit
    }
    answer(call);
    ++idle_;
  }
}

Letter Office::next_call() {
  const std::lock_guard lock(reading_);
  for (Letter letter;;) {
    if (link_.receive(letter) != Link::Receipt::kFrame) std::_Exit(0);  // the host is gone
    if (letter.kind() == FrameKind::kCall) return letter;
    if (letter.kind() == FrameKind::kReply) deliver(std::move(letter));
  }
}

void Office::deliver(Letter reply) {
  const std::lock_guard lock(mutex_);
  const auto found = slots_.find(reply.head.number);
  if (found == slots_.end()) return;
  found->second->reply = std::move(reply);
  found->second->arrived.notify_one();
}

void Office::answer(const Letter& call) {
  current_call = call.head.number;
  // What came before an answer comes before the calls that the host makes after it. The way leads through another
  // process, which neither the language nor ThreadSanitizer knows of.
  answered_.load(std::memory_order_acquire);
  FrameWriter answer(FrameKind::kAnswer, call.head.operation, call.head.number);
  handle_(call, answer);
  answered_.fetch_add(1, std::memory_order_release);
  link_.send(answer.frame(), std::nullopt);
  current_call = 0;
  if (call.head.operation == static_cast<std::uint16_t>(Operation::kDestroy)) std::_Exit(0);
}

std::optional<Letter> Office::ask(Service service, const std::function<void(FrameWriter&)>& fill) {
  Slot slot;
  const auto number = next_++;
  FrameWriter request(FrameKind::kRequest, static_cast<std::uint16_t>(service), number);
  request.number(tag::kWithin, current_call);
  fill(request);
  if (request.is_broken()) return std::nullopt;
  std::unique_lock lock(mutex_);
  slots_.emplace(number, &slot);
  lock.unlock();
  link_.send(request.frame(), std::nullopt);
  lock.lock();
  slot.arrived.wait(lock, [&] { return slot.reply.has_value(); });  // or the process ends
  slots_.erase(number);
  return std::move(slot.reply);
}

void Office::tell(Service service, const std::function<void(FrameWriter&)>& fill) {
  FrameWriter note(FrameKind::kNote, static_cast<std::uint16_t>(service), 0);
  fill(note);
  if (!note.is_broken()) link_.send(note.frame(), std::nullopt);
}

}  // namespace agente::plugins::isolation
