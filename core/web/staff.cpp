#include "web/staff.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/thread.hpp"

namespace agente::web {
namespace {

/// Who waits longer than this shows that those who work are held up.
constexpr Millis kHeldUp{2};

std::size_t processors() { return std::max<std::size_t>(2, std::thread::hardware_concurrency()); }

}  // namespace

Staff::Staff(std::size_t most, Work work) : few_(std::min(processors(), most)), most_(most), work_(std::move(work)) {
  const Lock lock(mutex_);
  hire();
  // Later ones may be refused by the system.
  if (threads_.empty()) throw std::system_error(EAGAIN, std::generic_category(), "cannot start a thread");
}

Staff::~Staff() {
  const Lock lock(mutex_);
  over_ = true;
  for (auto& seat : seats_) seat.bell.notify_one();
}

void Staff::give(std::unique_ptr<Connection> connection) {
  Seat* called = nullptr;
  {
    const Lock lock(mutex_);
    if (over_) return;
    waiting_.push_back({std::move(connection), std::chrono::steady_clock::now()});
    called = whom_to_call();
  }
  if (called != nullptr) called->bell.notify_one();
}

/// Under `mutex_`: one who sits, to work or to watch. Hires one if nobody does.
Staff::Seat* Staff::whom_to_call() {
  const bool enough = working_ + coming_ >= few_;
  if (waiting_.empty() || (enough && (watched_ || coming_ > 0))) return nullptr;
  if (idle_.empty()) {
    hire();
    return nullptr;
  }
  auto* seat = idle_.back();
  idle_.pop_back();
  seat->called = true;
  ++coming_;
  return seat;
}

void Staff::hire() {
  if (threads_.size() >= most_) return;
  auto& seat = seats_.emplace_back();
  try {
    threads_.emplace_back([this, &seat] { run(seat); });
    ++coming_;
  } catch (const std::system_error&) {  // no more threads to be had: those that are there do it
    seats_.pop_back();
  }
}

void Staff::run(Seat& seat) {
  name_thread("web");
  Lock lock(mutex_);
  --coming_;
  for (;;) {
    wait_for_work(lock, seat);
    if (over_) return;
    auto next = std::move(waiting_.front().connection);
    waiting_.pop_front();
    ++working_;
    auto* called = whom_to_call();
    lock.unlock();
    if (called != nullptr) called->bell.notify_one();
    work_(std::move(next));
    lock.lock();
    --working_;
  }
}

void Staff::wait_for_work(Lock& lock, Seat& seat) {
  while (!over_ && !is_wanted()) {
    if (waiting_.empty() || watched_) {
      seat.called = false;
      idle_.push_back(&seat);
      seat.bell.wait(lock, [&] { return over_ || seat.called; });
      if (!over_) --coming_;
    } else {
      watched_ = true;
      seat.bell.wait_until(lock, waiting_.front().since + kHeldUp);
      watched_ = false;
    }
  }
}

bool Staff::is_wanted() const {
  if (waiting_.empty()) return false;
  return working_ < few_ || std::chrono::steady_clock::now() - waiting_.front().since >= kHeldUp;
}

}  // namespace agente::web
