#pragma once

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <functional>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/thread.hpp"
#include "store/parts.hpp"
#include "store/records.hpp"

namespace agente::messaging {

/// Hands a table's waiting rows to workers: in order within a lane (a guest), in parallel across lanes.
///
/// Rows are fetched from the store page by page, so a backlog of any length costs little memory; `wake` says that there
/// may be new ones. A row whose time has not come keeps its place at the head of its lane and holds up nobody else.
/// Both queues of the house are lanes: messages to be understood, and replies to be sent. Thread-safe.
///
/// With several hosts on one store each holds some parts of the guests. What is in memory of a part that is given away
/// is dropped, and rows that other hosts commit are found by looking again (`sweep`), out of order as they may come.
template <class Item>
class Lanes {
 public:
  struct Work {
    /// Rows of guests in `parts` with id > `after`, oldest first, at most `limit`. nullopt: cannot now; it is asked
    /// again a second later.
    std::function<std::optional<std::vector<Item>>(store::Parts parts, store::Id after, int limit)> load;
    /// Handles the row at the head of its lane. A moment: the row stays there until then. Must not throw.
    std::function<std::optional<Steady>(Item& item)> handle;
    /// `last` is the newest row behind `head`, whose time has not come; told when it arrives and with each try of the
    /// head. Nothing: nobody needs to know. Must not throw.
    std::function<void(const Item& head, const Item& last)> behind{};
    /// Asked before each row: something more urgent wants the processor and the disk, so the row is handled a moment
    /// later. Must not block.
    std::function<bool()> gives_way{};
  };

  Lanes(const Clock& clock, Work work) : clock_(clock), work_(std::move(work)) {}
  ~Lanes() { stop(); }
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;

  /// `name` is what the operator's `top -H` shows. Workers give way to the threads that answer requests.
  void start(int workers, const char* name) {
    for (int i = 0; i < workers; ++i) {
      threads_.emplace_back([this, name](const std::stop_token& stop) {
        name_thread(name);
        yield_to_others();
        run(stop);
      });
    }
  }

  /// New rows may be there.
  void wake() {
    {
      const std::lock_guard lock(mutex_);
      more_ = true;
    }
    changed_.notify_one();
  }

  /// Puts a row into its lane that loading has passed already (a dead letter that is sent again).
  void add(Item item) {
    {
      const std::lock_guard lock(mutex_);
      const auto id = item.id;
      if (known_.contains(id)) {
        once_more_.insert_or_assign(id, std::move(item));  // its worker has committed but not yet returned
      } else {
        enqueue(std::move(item));
      }
    }
    changed_.notify_one();
  }

  /// The head of this lane need not wait for its time any longer.
  void hurry(const store::GuestKey& guest) {
    {
      const std::lock_guard lock(mutex_);
      const auto lane = lanes_.find(guest);
      if (lane == lanes_.end()) return;
      if (lane->second.busy) lane->second.hurried = true;  // it may be about to be parked
      if (!lane->second.parked) return;
      unpark(lane->first, lane->second);
    }
    changed_.notify_one();
  }

  /// From here on these parts are worked on, and no others. Rows of parts that are left out are dropped, but for those
  /// being handled: see `rests`. All parts, before the first call.
  void hold(store::Parts parts) {
    {
      const std::lock_guard lock(mutex_);
      const bool more = (parts & ~parts_) != 0;
      parts_ = parts;
      drop_foreign_lanes();
      if (more) look_again(0);
    }
    changed_.notify_one();
  }

  /// No row of these parts is being handled.
  [[nodiscard]] bool rests(store::Parts parts) {
    const std::lock_guard lock(mutex_);
    return std::ranges::none_of(
        lanes_, [&](const auto& entry) { return entry.second.busy && store::contains(parts, entry.second.part); });
  }

  /// Looks for rows that were committed after later ones, and for old ones that wait again. With few rows in memory it
  /// looks at all that wait; else at those that an unfinished transaction could have brought.
  void sweep() {
    constexpr std::size_t kFew = 2'000;
    constexpr store::Id kLongestTransaction = store::Id{20'000} * 4096;
    {
      const std::lock_guard lock(mutex_);
      look_again(in_memory_ < kFew ? 0 : loaded_ - kLongestTransaction);
    }
    changed_.notify_one();
  }

  /// Begins nothing new and waits for what is under way.
  void stop() {
    for (auto& thread : threads_) thread.request_stop();
    changed_.notify_all();
    threads_.clear();
  }

 private:
  struct Lane {
    std::deque<Item> waiting;
    int part = 0;
    std::optional<Steady> parked;  // when the head may be handled; the lane is not ready until then
    bool busy = false;
    bool hurried = false;  // while busy: whatever time the head is given, it is over
  };

  static constexpr int kPage = 256;
  // Beyond this many rows in memory loading waits: what is not loaded is safe in the store.
  static constexpr std::size_t kMostInMemory = 50'000;

  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      release_due();
      if (should_load()) {
        load_page(lock);
      } else if (!ready_.empty()) {
        give_way(lock, stop);
        if (!ready_.empty()) handle_next(lock);
      } else {
        wait(lock, stop);
      }
    }
  }

  [[nodiscard]] bool should_load() const {
    return more_ && !loading_ && ready_.size() < kPage && in_memory_ < kMostInMemory &&
           load_not_before_ <= clock_.steady();
  }

  void load_page(std::unique_lock<std::mutex>& lock) {
    loading_ = true;
    more_ = looked_again_ = false;
    const auto after = loaded_;
    const auto parts = parts_;
    done_meanwhile_.clear();
    lock.unlock();
    auto page = work_.load(parts, after, kPage);
    lock.lock();
    loading_ = false;
    if (!page) load_not_before_ = clock_.steady() + Millis{1000};
    if (!page || page->size() == kPage) more_ = true;
    if (!page) return;
    std::vector<std::pair<Item, Item>> behind;
    for (auto& item : *page) {
      if (!looked_again_) loaded_ = std::max(loaded_, item.id);
      if (done_meanwhile_.contains(item.id)) continue;
      const auto guest = item.guest;
      if (enqueue(std::move(item)) && lanes_.at(guest).parked) note_behind(lanes_.at(guest), behind);
    }
    changed_.notify_all();
    tell_behind(lock, behind);
  }

  void note_behind(const Lane& lane, std::vector<std::pair<Item, Item>>& behind) const {
    if (work_.behind && lane.waiting.size() > 1) behind.emplace_back(lane.waiting.front(), lane.waiting.back());
  }

  void tell_behind(std::unique_lock<std::mutex>& lock, const std::vector<std::pair<Item, Item>>& behind) {
    if (behind.empty()) return;
    lock.unlock();
    for (const auto& [head, last] : behind) work_.behind(head, last);
    lock.lock();
  }

  /// False: not ours, or known already.
  bool enqueue(Item item) {
    const auto guest = item.guest;
    const auto part = store::part_of(guest);
    if (!store::contains(parts_, part) || !known_.insert(item.id).second) return false;
    auto& lane = lanes_[guest];
    lane.part = part;
    const bool first = insert(lane, std::move(item));
    ++in_memory_;
    if (lane.parked && first) unpark(guest, lane);  // it was another one that had to wait
    if (lane.waiting.size() == 1 && !lane.busy) ready_.push_back(guest);
    return true;
  }

  /// In its place by id; true when that is the head.
  static bool insert(Lane& lane, Item item) {
    auto place = lane.waiting.end();
    while (place != lane.waiting.begin() && std::prev(place)->id > item.id) --place;  // nearly always the end
    const auto inserted = lane.waiting.insert(place, std::move(item));
    return inserted == lane.waiting.begin();
  }

  /// For a moment only, so that rows go on, slowly, however long the rush lasts.
  void give_way(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
    constexpr Millis kMoment{100};
    if (!work_.gives_way || !work_.gives_way()) return;
    clock_.wait_until(
        lock, never_, stop, clock_.steady() + kMoment, [](void*) { return false; }, nullptr);
  }

  void handle_next(std::unique_lock<std::mutex>& lock) {
    const auto guest = std::move(ready_.front());
    ready_.pop_front();
    auto& lane = lanes_.at(guest);  // stays in place: only this worker may remove a busy lane
    lane.busy = true;
    lane.hurried = false;
    auto item = std::move(lane.waiting.front());
    lane.waiting.pop_front();
    if (auto newer = once_more_.extract(item.id)) item = std::move(newer.mapped());
    lock.unlock();
    const auto again = work_.handle(item);
    lock.lock();
    std::vector<std::pair<Item, Item>> behind;
    if (again && store::contains(parts_, lane.part)) {
      put_back(guest, lane, std::move(item), *again);
      note_behind(lane, behind);
    } else {
      done_with(guest, lane, item);
    }
    if (!ready_.empty()) changed_.notify_one();
    tell_behind(lock, behind);
  }

  void put_back(const store::GuestKey& guest, Lane& lane, Item item, Steady again) {
    lane.busy = false;
    const bool first = insert(lane, std::move(item));
    if (lane.hurried || !first) {
      ready_.push_back(guest);
    } else {
      lane.parked = again;
      parked_.emplace(again, guest);
    }
  }

  void done_with(const store::GuestKey& guest, Lane& lane, const Item& item) {
    forget(item);
    if (auto more = once_more_.extract(item.id)) enqueue(std::move(more.mapped()));  // while busy: not made ready twice
    lane.busy = false;
    if (!lane.waiting.empty()) {
      ready_.push_back(guest);
    } else {
      lanes_.erase(guest);
    }
  }

  void forget(const Item& item) {
    --in_memory_;
    known_.erase(item.id);
    if (loading_) done_meanwhile_.insert(item.id);
  }

  void look_again(store::Id after) {
    loaded_ = std::min(loaded_, std::max<store::Id>(after, 0));
    more_ = looked_again_ = true;
  }

  void drop_foreign_lanes() {
    const auto foreign = [this](const store::GuestKey& guest) {
      return !store::contains(parts_, store::part_of(guest));
    };
    std::erase_if(ready_, foreign);
    std::erase_if(parked_, [&](const auto& entry) { return foreign(entry.second); });
    for (auto entry = lanes_.begin(); entry != lanes_.end();) {
      auto& [guest, lane] = *entry;
      if (!foreign(guest)) {
        ++entry;
        continue;
      }
      for (const auto& item : lane.waiting) {
        once_more_.erase(item.id);  // another host may change it
        forget(item);
      }
      lane.waiting.clear();
      lane.parked.reset();
      entry = lane.busy ? std::next(entry) : lanes_.erase(entry);
    }
  }

  void release_due() {
    const auto now = clock_.steady();
    while (!parked_.empty() && parked_.begin()->first <= now) {
      const auto guest = parked_.begin()->second;
      unpark(guest, lanes_.at(guest));
    }
  }

  void unpark(const store::GuestKey& guest, Lane& lane) {
    const auto [from, to] = parked_.equal_range(*lane.parked);
    const auto mine = std::find_if(from, to, [&](const auto& entry) { return entry.second == guest; });
    ready_.push_back(guest);
    lane.parked.reset();
    parked_.erase(mine);  // last: `guest` may be a reference into it
  }

  void wait(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
    auto moment = parked_.empty() ? Steady::max() : parked_.begin()->first;
    if (more_ && load_not_before_ > clock_.steady()) moment = std::min(moment, load_not_before_);
    clock_.wait_until(
        lock, changed_, stop, moment,
        [](void* self) {
          const auto& lanes = *static_cast<Lanes*>(self);
          return lanes.should_load() || !lanes.ready_.empty();
        },
        this);
  }

  const Clock& clock_;
  const Work work_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::condition_variable_any never_;
  std::map<store::GuestKey, Lane> lanes_;
  std::deque<store::GuestKey> ready_;
  std::multimap<Steady, store::GuestKey> parked_;
  std::unordered_set<store::Id> known_;            // in memory: waiting, parked or being handled
  std::unordered_map<store::Id, Item> once_more_;  // added while it was known
  std::unordered_set<store::Id> done_meanwhile_;   // while a page is being loaded, which may still show them
  store::Parts parts_ = store::kAllParts;
  store::Id loaded_ = 0;
  std::size_t in_memory_ = 0;
  Steady load_not_before_{};
  bool more_ = true;
  bool loading_ = false;
  bool looked_again_ = false;  // while a page is being loaded: the next one begins where that was told
  std::vector<std::jthread> threads_;
};

}  // namespace agente::messaging
