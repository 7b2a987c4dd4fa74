#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <tuple>

#include "plugins/pms_backend.hpp"

/// For tests: a small PMS in memory whose next answers can be scripted.
namespace agente::pms::testing {

/// Books what it is asked and remembers it; `fail_next` makes a call fail, `lose_next_answer` lets it take effect
/// first. Thread-safe.
class ScriptedPms final : public plugins::PmsBackend {
 public:
  explicit ScriptedPms(std::string plugin = "scripted") : plugin_(std::move(plugin)) {}

  [[nodiscard]] const std::string& id() const override { return id_; }
  [[nodiscard]] std::string plugin() const override { return plugin_; }

  Result<std::vector<plugins::RoomType>> rooms(std::string_view) override {
    if (down) return is_down();
    return std::vector<plugins::RoomType>{{.id = "double", .count = 5, .capacity = 2}};
  }
  Result<std::vector<plugins::Offer>> availability(const plugins::StayQuery& query, std::string_view) override {
    const std::lock_guard lock(mutex_);
    ++availability_calls;
    if (down) return is_down();
    if (refuse_availability) return *refuse_availability;
    const auto nights = nights_between(query.checkin, query.checkout);
    return std::vector<plugins::Offer>{{"double", units_left, 2, {night * nights, "EUR"}}};
  }
  Result<plugins::Booking> book(const plugins::BookingRequest& request, std::string_view) override {
    if (before_booking) before_booking();
    const std::lock_guard lock(mutex_);
    ++book_calls;
    if (auto failure = next_failure()) return *failure;
    if (answer_without_ids) return plugins::Booking{.reference = request.reference};
    bookings.push_back({.booking_id = "H-" + std::to_string(bookings.size() + 1),
                        .reference = request.reference,
                        .room_type = request.room_type,
                        .checkin = request.checkin,
                        .checkout = request.checkout,
                        .adults = request.adults,
                        .children = request.children,
                        .rooms = request.rooms,
                        .guest_name = request.guest_name,
                        .phone = request.phone,
                        .total = {request.expected_total.minor + surcharge, request.expected_total.currency},
                        .created = Time{Millis{static_cast<Millis::rep>(bookings.size())}}});
    if (units_left > 0) --units_left;
    if (auto lost = lost_answer()) return *lost;
    return bookings.back();
  }
  Result<std::vector<plugins::Booking>> find_by_reference(std::string_view reference, std::string_view) override {
    const std::lock_guard lock(mutex_);
    ++look_ups;
    if (down || look_up_fails) return is_down();
    std::vector<plugins::Booking> found;
    std::ranges::copy_if(bookings, std::back_inserter(found), [&](const auto& b) { return b.reference == reference; });
    return found;
  }
  Result<plugins::Booking> get(std::string_view booking_id, std::string_view) override {
    const std::lock_guard lock(mutex_);
    ++get_calls;
    if (down) return is_down();
    return with(booking_id, [](plugins::Booking&) {});
  }
  Result<plugins::Booking> change(const plugins::BookingChange& change, std::string_view) override {
    const std::lock_guard lock(mutex_);
    if (auto failure = next_failure()) return *failure;
    auto changed = with(change.booking_id, [&](plugins::Booking& b) {
      b.room_type = change.room_type;
      b.checkin = change.checkin;
      b.checkout = change.checkout;
      b.adults = change.adults;
      b.children = change.children;
      b.rooms = change.rooms;
    });
    if (auto lost = lost_answer()) return *lost;
    return changed;
  }
  Result<plugins::Booking> cancel(std::string_view booking_id, std::string_view, std::string_view) override {
    const std::lock_guard lock(mutex_);
    if (cancel_fails) return is_down();
    if (auto failure = next_failure()) return *failure;
    return with(booking_id, [](plugins::Booking& b) { b.status = plugins::StayStatus::kCancelled; });
  }
  Result<plugins::Booking> set_stay_status(std::string_view id, plugins::StayStatus status, std::string_view) override {
    const std::lock_guard lock(mutex_);
    return with(id, [&](plugins::Booking& b) { b.status = status; });
  }
  /// Bookings that differ from what was last told, in order: the cursor is what was told.
  Result<plugins::Changes> changes_since(std::string_view cursor, int limit, std::string_view) override {
    if (before_changes) before_changes();
    const std::lock_guard lock(mutex_);
    if (auto failure = next_failure()) return *failure;
    plugins::Changes changes;
    if (empty_pages > 0) {
      changes.next_cursor = "e" + std::to_string(empty_pages--);
      return changes;
    }
    auto& told = told_[std::string(cursor)];
    auto next = told;
    for (const auto& booking : bookings) {
      const auto known = std::ranges::find(told, booking.booking_id, &plugins::Booking::booking_id);
      if (known != told.end() && same(*known, booking)) continue;
      if (static_cast<int>(changes.bookings.size()) == limit) break;
      std::erase_if(next, [&](const auto& b) { return b.booking_id == booking.booking_id; });
      next.push_back(booking);
      changes.bookings.push_back(booking);
    }
    changes.next_cursor = changes.bookings.empty() ? std::string(cursor) : "c" + std::to_string(told_.size());
    told_[changes.next_cursor] = std::move(next);
    return changes;
  }
  Result<void> health(std::string_view) override { return {}; }

  /// Whoever asks it waits until this is let go.
  [[nodiscard]] std::unique_lock<std::mutex> hold() { return std::unique_lock(mutex_); }
  void fail_next(Error error) {
    const std::lock_guard lock(mutex_);
    failures_.push_back(std::move(error));
  }
  void lose_next_answer() {
    const std::lock_guard lock(mutex_);
    lose_ = true;
  }
  [[nodiscard]] std::size_t live() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(bookings, [](const auto& b) { return b.status != plugins::StayStatus::kCancelled; }));
  }

  // Read and set by tests while nothing is under way.
  std::function<void()> before_changes;  ///< while the PMS is asked for them
  std::function<void()> before_booking;  ///< while it is asked for one
  std::vector<plugins::Booking> bookings;
  int units_left = 5;
  int empty_pages = 0;  ///< that come before the next changes
  int book_calls = 0;
  int look_ups = 0;
  int availability_calls = 0;
  int get_calls = 0;
  int night = 10'000;                        ///< in cents
  bool down = false;                         ///< all calls but that for health fail
  std::optional<Error> refuse_availability;  ///< the answer to whoever asks what is free
  bool look_up_fails = false;
  bool cancel_fails = false;
  bool answer_without_ids = false;
  int surcharge = 0;  ///< in cents, on what was agreed

 private:
  static bool same(const plugins::Booking& a, const plugins::Booking& b) {
    const auto facts = [](const plugins::Booking& x) {
      return std::tie(x.status, x.room_type, x.checkin, x.checkout, x.adults, x.rooms, x.total, x.guest_name);
    };
    return facts(a) == facts(b);
  }
  static Error is_down() { return {Code::kRetry, "down"}; }
  std::optional<Error> next_failure() {
    if (down) return is_down();
    if (failures_.empty()) return std::nullopt;
    auto failure = std::move(failures_.front());
    failures_.pop_front();
    return failure;
  }
  std::optional<Error> lost_answer() {
    if (!std::exchange(lose_, false)) return std::nullopt;
    return Error{Code::kUnknownOutcome, "connection cut"};
  }
  Result<plugins::Booking> with(std::string_view id, const auto& change) {
    const auto found = std::ranges::find(bookings, id, &plugins::Booking::booking_id);
    if (found == bookings.end()) return Error{Code::kNotFound, "no booking " + std::string(id)};
    change(*found);
    return *found;
  }

  std::string id_ = "sol/pms";
  const std::string plugin_;
  std::mutex mutex_;
  std::deque<Error> failures_;
  std::map<std::string, std::vector<plugins::Booking>> told_;  ///< by cursor
  bool lose_ = false;
};

}  // namespace agente::pms::testing
