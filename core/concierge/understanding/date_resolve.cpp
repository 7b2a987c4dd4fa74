#include "concierge/understanding/date_resolve.hpp"

#include <algorithm>

#include "concierge/understanding/date_calendar.hpp"

namespace agente::concierge {

using std::chrono::days;

namespace {

constexpr int kLongestStay = 366;

class Calendar {
 public:
  explicit Calendar(Day today) : today_(today) {}

  /// The day or span a point names, the first on or after `from` when it has no year.
  [[nodiscard]] std::optional<DaySpan> find(const DatePoint& point, Day from) const {
    if (point.offset) return with_nights(point, today_ + days{*point.offset});
    if (point.holiday) return holiday(point, from);
    if (point.nth) return nth(point, from);
    if (point.weekend) return weekend(point, from);
    if (point.months) return with_nights(point, month_ahead(point));
    if (point.day && point.month) return with_nights(point, dated(point, from));
    if (point.day) return with_nights(point, numbered(point, from));
    if (point.weekday) return with_nights(point, weekday(point, from));
    return std::nullopt;
  }

  /// The latest such day before `limit`, for the first end of a range whose month was said at its end only.
  [[nodiscard]] std::optional<Day> latest_before(const DatePoint& point, Day limit) const {
    const int reach = point.month ? 3 * 366 : 62;
    for (int back = 1; back <= reach; ++back) {
      const auto day = limit - days{back};
      const auto date = std::chrono::year_month_day{day};
      if (point.day && static_cast<int>(static_cast<unsigned>(date.day())) != *point.day) continue;
      if (point.month && month_of(day) != *point.month) continue;
      if (!point.day && point.weekday && weekday_of(day) != *point.weekday) continue;
      return day;
    }
    return std::nullopt;
  }

 private:
  static std::optional<DaySpan> with_nights(const DatePoint& point, std::optional<Day> day) {
    if (!day) return std::nullopt;
    return DaySpan{*day, *day + days{point.nights.value_or(0)}};
  }

  static std::optional<DaySpan> holiday(const DatePoint& point, Day from) {
    if (point.year) return holiday_in(*point.holiday, *point.year);
    const auto this_year = holiday_in(*point.holiday, year_of(from));
    return this_year.first >= from ? this_year : holiday_in(*point.holiday, year_of(from) + 1);
  }

  [[nodiscard]] std::optional<DaySpan> nth(const DatePoint& point, Day from) const {
    for (int ahead = 0; ahead < 2; ++ahead) {
      int month = point.month.value_or(month_of(today_) + point.months.value_or(0));
      int year = point.year.value_or(year_of(point.months ? today_ : from) + ahead);
      if (month > 12) month -= 12, year += 1;
      // A weekend of a month ends in it, so the last one is counted by its Sunday.
      const int counted = point.weekend ? (*point.nth < 0 ? 0 : 5) : *point.weekday;
      auto day = nth_weekday(*point.nth, counted, year, month);
      if (!day) return std::nullopt;
      if (point.weekend && *point.nth < 0) *day -= days{2};
      if (*day >= from || point.year) return DaySpan{*day, *day + days{point.weekend ? 2 : 0}};
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<DaySpan> weekend(const DatePoint& point, Day from) const {
    if (point.day) {
      const auto day = point.month ? dated(point, from) : numbered(point, from);
      if (!day) return std::nullopt;
      const auto friday = weekday_of(*day) == 0 ? *day - days{2} : next_weekday(5, *day - days{1});
      return DaySpan{std::max(friday, from), friday + days{2}};
    }
    const auto friday = monday_of(today_) + days{4 + 7 * point.weeks.value_or(0)};
    if (today_ > friday && point.weeks.value_or(0) == 0) {
      return weekday_of(today_) == 6 ? DaySpan{today_, friday + days{2}} : DaySpan{friday + days{7}, friday + days{9}};
    }
    return DaySpan{friday, friday + days{2}};
  }

  [[nodiscard]] std::optional<Day> month_ahead(const DatePoint& point) const {
    const int index = month_of(today_) - 1 + *point.months;
    return make_day(year_of(today_) + index / 12, index % 12 + 1, point.day.value_or(0));
  }

  static std::optional<Day> dated(const DatePoint& point, Day from) {
    if (point.year) return make_day(*point.year, *point.month, *point.day);
    return next_month_day(*point.month, *point.day, from);
  }

  static std::optional<Day> numbered(const DatePoint& point, Day from) {
    if (!point.weekday) return next_day_number(*point.day, from);
    return next_weekday_number(*point.weekday, *point.day, from);
  }

  [[nodiscard]] std::optional<Day> weekday(const DatePoint& point, Day from) const {
    if (point.weeks.value_or(0) > 0) {
      return monday_of(today_) + days{7 * *point.weeks + (*point.weekday + 6) % 7};
    }
    return next_weekday(*point.weekday, std::max(from, today_ + days{1}));
  }

  Day today_;
};

/// The last end of a range says the month, year or week for both: "5 al 9 de octubre", "22nd to the 6 July".
bool takes_from_the_end(const StayWords& words) {
  const auto &in = *words.in, &out = *words.out;
  if (in.offset || in.holiday || in.weekend || in.nth || in.year) return false;
  if (out.offset || out.holiday || out.weekend || out.nth) return false;
  if (in.only_day()) return out.month || out.months;
  if (in.only_weekday()) return words.joined && (out.weeks || out.day);
  return in.month && out.year;
}

bool disagrees(const DatePoint& point, Day day) {
  return point.weekday && point.day && weekday_of(day) != *point.weekday;
}

class Resolver {
 public:
  Resolver(const StayWords& words, Day today, std::optional<Day> draft)
      : words_(words), today_(today), draft_(draft), calendar_(today) {}

  Stay run() {
    if (words_.in && words_.out) {
      range();
    } else if (words_.in || words_.season) {
      from_start(words_.in ? *words_.in : *words_.season);
    } else if (words_.out) {
      to_end();
    }
    drop_impossible();
    return stay_;
  }

 private:
  /// Where a point without a year starts to look.
  [[nodiscard]] Day earliest(const DatePoint& point) const {
    if (words_.season && !point.holiday) {
      if (const auto season = calendar_.find(*words_.season, today_)) {
        return std::max(today_, point.only_weekday() ? season->first : season->first - days{7});
      }
    }
    if (draft_ && point.only_day()) {
      const auto first = make_day(year_of(*draft_), month_of(*draft_), 1);
      if (first) return std::max(today_, *first);
    }
    return today_;
  }

  void start(const DatePoint& point, Day day) {
    stay_.checkin = day;
    stay_.weekday_disagrees = stay_.weekday_disagrees || disagrees(point, day);
  }
  void finish(const DatePoint& point, Day day) {
    stay_.checkout = day;
    stay_.weekday_disagrees = stay_.weekday_disagrees || disagrees(point, day);
  }

  void from_start(const DatePoint& point) {
    const auto span = calendar_.find(point, earliest(point));
    if (!span) return;
    start(point, span->first);
    if (words_.nights) {
      stay_.checkout = span->first + days{*words_.nights};
    } else if (span->last > span->first) {
      stay_.checkout = span->last;
    }
  }

  void to_end() {
    const auto& point = *words_.out;
    const auto from =
        draft_ && (point.only_weekday() || point.only_day()) ? std::max(*draft_, today_) + days{1} : earliest(point);
    const auto span = calendar_.find(point, from);
    if (!span) return;
    finish(point, span->first);
    if (words_.nights) stay_.checkin = span->first - days{*words_.nights};
  }

  void range() {
    const auto &in = *words_.in, &out = *words_.out;
    if (takes_from_the_end(words_)) {
      backwards(in, out);
      if (stay_.checkin) return;
    }
    const auto first = calendar_.find(in, earliest(in));
    if (!first) return;
    start(in, first->first);
    if (const auto last = calendar_.find(out, first->first + days{1})) finish(out, last->first);
  }

  void backwards(const DatePoint& in, const DatePoint& out) {
    auto from = earliest(out);
    for (int tries = 0; tries < 2; ++tries) {
      const auto last = calendar_.find(out, from);
      if (!last) return;
      const auto first = calendar_.latest_before(in, last->first);
      if (!first) return;
      if (*first >= today_ || out.year || tries == 1) {
        start(in, *first);
        finish(out, last->first);
        return;
      }
      from = last->first + days{1};
    }
  }

  /// A wrong date is worse than none: an end before its start, or a stay of years, was misread.
  void drop_impossible() {
    if (!stay_.checkin || !stay_.checkout) return;
    const auto nights = nights_between(*stay_.checkin, *stay_.checkout);
    if (nights < 1 || nights > kLongestStay) stay_.checkout.reset();
  }

  const StayWords& words_;
  Day today_;
  std::optional<Day> draft_;
  Calendar calendar_;
  Stay stay_;
};

void lend_month(const std::optional<DatePoint>& from, std::optional<DatePoint>& to) {
  if (!from || !to || !to->only_day()) return;
  to->month = from->month;
  to->months = from->months;
  to->year = from->year;
}

}  // namespace

Stay resolve(const StayWords& words, Day today, std::optional<Day> month_of_draft) {
  return Resolver(words, today, month_of_draft).run();
}

StayWords correct(const StayWords& older, StayWords newer) {
  const bool newer_has_month = (newer.in && !newer.in->only_day()) || (newer.out && !newer.out->only_day());
  if (!newer_has_month) {
    lend_month(older.in, newer.in);
    if (newer.in && newer.in->only_day()) lend_month(older.out, newer.in);
    lend_month(older.out, newer.out);
  }
  if (!newer.has_day()) {
    newer.in = older.in;
    newer.season = older.season;
    if (!newer.nights) newer.out = older.out;
  } else if (!newer.in && !newer.season) {
    newer.in = older.in;
  }
  if (!newer.nights && !newer.out) newer.nights = older.nights;
  return newer;
}

}  // namespace agente::concierge
