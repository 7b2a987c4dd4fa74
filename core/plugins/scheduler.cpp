#include "plugins/scheduler.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace agente::plugins {
namespace {
constexpr std::size_t kMostTasks = 1000;
}

struct Scheduler::State : std::enable_shared_from_this<Scheduler::State> {
  struct Entry {
    Lane lane = 0;
    Millis delay{};  // for a held lane
    Task task;
  };
  struct Queue {
    bool held = true;
    bool running = false;
    std::deque<TaskId> ready;
    std::set<TaskId> tasks;
  };

  explicit State(const Clock& c) : clock(c) {}

  const Clock& clock;
  std::mutex mutex;
  std::condition_variable_any changed;   // for the waiting thread
  std::condition_variable_any has_work;  // for the running threads
  std::condition_variable_any ended;
  std::stop_source stopping;
  std::map<Lane, Queue> lanes;
  std::map<TaskId, Entry> entries;
  std::set<std::pair<Steady, TaskId>> due;
  std::deque<Lane> runnable;
  std::map<Lane, bool> running;  // those with a task under way, closed ones too; true: given up
  std::uint64_t next = 1;
  bool earlier = false;  // something was put in front of what is waited for
  int alive = 0;

  void plan(TaskId task, Steady moment) {
    due.emplace(moment, task);
    earlier = true;
    changed.notify_all();
  }

  void forget(TaskId task) {
    entries.erase(task);
    std::erase_if(due, [task](const auto& entry) { return entry.second == task; });
  }

  void make_ready(TaskId task) {
    const auto entry = entries.find(task);
    if (entry == entries.end()) return;
    auto& lane = lanes.at(entry->second.lane);
    lane.ready.push_back(task);
    if (!lane.running && lane.ready.size() == 1) {
      runnable.push_back(entry->second.lane);
      has_work.notify_one();
    }
  }

  bool wait_for_due() {
    std::unique_lock lock(mutex);
    const auto stop = stopping.get_token();
    while (!stop.stop_requested()) {
      const auto moment = due.empty() ? Steady::max() : due.begin()->first;
      earlier = false;
      clock.wait_until(
          lock, changed, stop, moment, [](void* flag) { return *static_cast<bool*>(flag); }, &earlier);
      const auto now = clock.steady();
      while (!stop.stop_requested() && !due.empty() && due.begin()->first <= now) {
        const auto task = due.begin()->second;
        due.erase(due.begin());
        make_ready(task);
      }
    }
    return true;
  }

  bool run_tasks() {
    std::unique_lock lock(mutex);
    const auto stop = stopping.get_token();
    bool needed = true;
    while (needed && has_work.wait(lock, stop, [&] { return !runnable.empty(); }) && !stop.stop_requested()) {
      const auto lane = runnable.front();
      runnable.pop_front();
      needed = run_one(lock, lane);
    }
    return needed;
  }

  /// False: another thread has taken the place of this one.
  bool run_one(std::unique_lock<std::mutex>& lock, Lane id) {
    auto lane = lanes.find(id);
    if (lane == lanes.end() || lane->second.ready.empty()) return true;
    const auto task = lane->second.ready.front();
    lane->second.ready.pop_front();
    lane->second.running = true;
    const auto work = entries.at(task).task;
    running[id] = false;
    lock.unlock();
    const auto again = work();
    lock.lock();
    const bool needed = !running.extract(id).mapped();
    const bool kept = entries.contains(task);
    if (kept && again) plan(task, clock.steady() + *again);
    lane = lanes.find(id);
    if (lane == lanes.end()) return needed;
    if (kept && !again) {
      entries.erase(task);
      lane->second.tasks.erase(task);
    }
    lane->second.running = false;
    if (lane->second.ready.empty()) return needed;
    runnable.push_back(id);
    has_work.notify_one();
    return needed;
  }

  /// `body` is false when its thread is waited for no more.
  void start_thread(bool (State::*body)()) {
    ++alive;
    // Detached, with its own hold on the state: a task that never returns must not keep the host from ending.
    std::thread([self = shared_from_this(), body] {
      if (!(self.get()->*body)()) return;
      const std::lock_guard lock(self->mutex);
      --self->alive;
      self->ended.notify_all();
    }).detach();
  }
};

Scheduler::Scheduler(const Clock& clock, int threads) : state_(std::make_shared<State>(clock)) {
  const std::lock_guard lock(state_->mutex);
  state_->start_thread(&State::wait_for_due);
  for (int i = 0; i < threads; ++i) state_->start_thread(&State::run_tasks);
}

Scheduler::~Scheduler() { stop(Millis{2000}); }

Scheduler::Lane Scheduler::open_lane() {
  const std::lock_guard lock(state_->mutex);
  const auto lane = state_->next++;
  state_->lanes.emplace(lane, State::Queue{});
  return lane;
}

void Scheduler::release(Lane lane) {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->lanes.find(lane);
  if (found == state_->lanes.end() || !found->second.held) return;
  found->second.held = false;
  for (const auto task : found->second.tasks)
    state_->plan(task, state_->clock.steady() + state_->entries.at(task).delay);
}

void Scheduler::close(Lane lane) {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->lanes.find(lane);
  if (found == state_->lanes.end()) return;
  for (const auto task : found->second.tasks) state_->forget(task);
  state_->lanes.erase(found);
}

void Scheduler::give_up(Lane lane) {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->running.find(lane);
  if (found == state_->running.end() || std::exchange(found->second, true)) return;
  --state_->alive;
  state_->start_thread(&State::run_tasks);
}

Result<Scheduler::TaskId> Scheduler::add(Lane lane, Millis delay, Task task) {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->lanes.find(lane);
  if (found == state_->lanes.end()) return Error{Code::kCancelled, "the instance is over; no timer was started"};
  if (found->second.tasks.size() >= kMostTasks) {
    return Error{Code::kRate, "the instance has 1000 timers already; stop some before starting more"};
  }
  const auto id = state_->next++;
  state_->entries.emplace(id, State::Entry{lane, delay, std::move(task)});
  found->second.tasks.insert(id);
  if (!found->second.held) state_->plan(id, state_->clock.steady() + delay);
  return id;
}

bool Scheduler::remove(Lane lane, TaskId task) {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->lanes.find(lane);
  if (found == state_->lanes.end() || found->second.tasks.erase(task) == 0) return false;
  std::erase(found->second.ready, task);
  state_->forget(task);
  return true;
}

void Scheduler::stop(Millis limit) {
  state_->stopping.request_stop();
  std::unique_lock lock(state_->mutex);
  state_->ended.wait_for(lock, limit, [&] { return state_->alive == 0; });
}

}  // namespace agente::plugins
