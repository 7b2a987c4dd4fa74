#include "web/staff.hpp"

#include <system_error>

#include "base/thread.hpp"

namespace agente::web {

Staff::Staff(std::size_t most, Work work) : most_(most), work_(std::move(work)) {
  threads_.emplace_back([this] { run(); });  // one at least: later ones may be refused by the system
}

Staff::~Staff() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_all();
}

void Staff::give(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    if (over_) return;
    waiting_.push_back(std::move(connection));
    ++taken_;
    if (waiting_.size() > idle_ && threads_.size() < most_) hire();
  }
  changed_.notify_one();
}

void Staff::hire() {
  try {
    threads_.emplace_back([this] { run(); });
  } catch (const std::system_error&) {  // no more threads to be had: those that are there do it
  }
}

void Staff::run() {
  name_thread("web");
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    changed_.wait(lock, [this] { return over_ || !waiting_.empty(); });
    --idle_;
    if (over_) return;
    auto connection = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    work_(std::move(connection));
    --taken_;
    lock.lock();
  }
}

}  // namespace agente::web
