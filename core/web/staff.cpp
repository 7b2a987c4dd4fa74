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

Staff::Staff(std::size_t most, Work work, Millis patience)
    : few_(std::min(processors(), most)), most_(most), work_(std::move(work)), patience_(patience) {
  const Lock lock(mutex_);
  hire();
  // Later ones may be refused by the system.
  if (people_.empty()) throw std::system_error(EAGAIN, std::generic_category(), "cannot start a thread");
}

Staff::~Staff() {
  const Lock lock(mutex_);
  over_ = true;
  for (auto& person : people_) person.bell.notify_one();
}

void Staff::give(std::unique_ptr<Connection> connection) {
  Person* called = nullptr;
  {
    const Lock lock(mutex_);
    if (over_) return;
    waiting_.push_back({std::move(connection), std::chrono::steady_clock::now()});
    called = whom_to_call();
  }
  if (called != nullptr) called->bell.notify_one();
}

/// Under `mutex_`: one who sits, to work or to watch. Hires one if nobody does.
Staff::Person* Staff::whom_to_call() {
  const bool enough = working_ + coming_ >= few_;
  if (waiting_.empty() || (enough && (watched_ || coming_ > 0))) return nullptr;
  if (idle_.empty()) {
    hire();
    return nullptr;
  }
  auto* person = idle_.back();
  idle_.pop_back();
  person->called = true;
  ++coming_;
  return person;
}

std::size_t Staff::size() const {
  const Lock lock(mutex_);
  return people_.size();
}

void Staff::hire() {
  gone_.clear();
  if (people_.size() >= most_) return;
  auto& person = people_.emplace_back();
  person.place = std::prev(people_.end());
  try {
    person.thread = std::jthread([this, &person] { run(person); });
    ++coming_;
  } catch (const std::system_error&) {  // no more threads to be had: those that are there do it
    people_.pop_back();
  }
}

void Staff::run(Person& person) {
  name_thread("web");
  Lock lock(mutex_);
  --coming_;
  while (wait_for_work(lock, person)) {
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

/// False: the thread is to end.
bool Staff::wait_for_work(Lock& lock, Person& person) {
  while (!over_ && !is_wanted()) {
    if (waiting_.empty() || watched_) {
      if (!sit(lock, person)) return false;
    } else {
      watched_ = true;
      person.bell.wait_until(lock, waiting_.front().since + kHeldUp);
      watched_ = false;
    }
  }
  return !over_;
}

/// False: nobody has called for long, and there are enough without him.
bool Staff::sit(Lock& lock, Person& person) {
  person.called = false;
  idle_.push_back(&person);
  if (person.bell.wait_for(lock, patience_, [&] { return over_ || person.called; })) {
    if (!over_) --coming_;
    return true;
  }
  std::erase(idle_, &person);
  if (people_.size() <= few_ + 1) return true;
  gone_.splice(gone_.end(), people_, person.place);
  return false;
}

bool Staff::is_wanted() const {
  if (waiting_.empty()) return false;
  return working_ < few_ || std::chrono::steady_clock::now() - waiting_.front().since >= kHeldUp;
}

}  // namespace agente::web
