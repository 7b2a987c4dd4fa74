#include "concierge/understanding/date_items.hpp"

#include <algorithm>

namespace agente::concierge {
namespace {

enum class Role : std::uint8_t { none, arrive, leave, until };

/// Walks the lexemes once; what it has seen so far decides what the next day means.
class Walk {
 public:
  Walk(const Lexemes& lexemes, DateOrder order, bool dates_asked)
      : lexemes_(lexemes), order_(order), dates_asked_(dates_asked) {}

  DateWords run() {
    about_hours_ = std::ranges::any_of(lexemes_, [](const Lexeme& l) { return l.tag == Tag::clock; });
    while (at_ < lexemes_.size()) {
      if (!read_length() && !read_day()) read_word();
    }
    finish_version();
    result_.vague = vague_ && std::ranges::none_of(result_.versions, &StayWords::has_day);
    return std::move(result_);
  }

 private:
  [[nodiscard]] Tag tag(std::size_t ahead = 0) const {
    return at_ + ahead < lexemes_.size() ? lexemes_[at_ + ahead].tag : Tag::stop;
  }

  bool read_length() {
    if (tag() == Tag::length) {
      set_nights(lexemes_[at_].value, true);
      ++at_;
      return true;
    }
    if (tag() != Tag::number) return false;
    const auto unit = tag(1);
    const bool nights = unit == Tag::night;
    if (!nights && unit != Tag::days && unit != Tag::week && unit != Tag::day_word) return false;
    if (lexemes_[at_].ordinal) return false;
    if (at_ > 0 && lexemes_[at_ - 1].tag == Tag::in && !nights) return false;  // "in 3 days" is a day
    set_nights(lexemes_[at_].value * (unit == Tag::week ? 7 : 1), nights);
    at_ += 2;
    return true;
  }

  /// "4 días 3 noches" is three nights.
  void set_nights(int count, bool said_nights) {
    if (count < 1 || count > 366) return;
    if (nights_were_said_ && !said_nights) return;
    nights_were_said_ = said_nights;
    current_.nights = count;
    result_.nights = count;
  }

  bool read_day() {
    auto read = read_point(lexemes_, at_, order_);
    if (!read) return false;
    auto& point = read->point;
    if (point.only_day() && point.weak && lone_month_) {
      point.month = lone_month_;
      point.weak = false;
    }
    if (point.only_day() && about_hours_) point.weak = true;
    place(point, read->end);
    at_ = read->end;
    gap_ = 0;
    return true;
  }

  void place(const DatePoint& point, std::size_t end) {
    if (joining_ && last_) {
      join(point);
    } else if (role_ == Role::leave || role_ == Role::until) {
      if (usable_alone(point) && !(role_ == Role::until && point.offset && !current_.in)) current_.out = point;
    } else if (role_ == Role::arrive) {
      if (usable_alone(point) || gap_ == 0) set_in(point);
    } else {
      place_bare(point, end);
    }
    last_ = point;
    last_was_strong_from_ = strong_from_;
    joining_ = strong_to_ = strong_from_ = false;
    role_ = Role::none;
  }

  void join(const DatePoint& point) {
    auto first = *last_;
    const bool evidence = strong_to_ || last_was_strong_from_ || dates_asked_;
    const bool bare = first.weak && point.weak;
    if (bare && (!evidence || about_hours_ || point.in_words)) return;
    if ((first.in_words && point.weak) || (point.in_words && first.weak && !evidence)) return;
    first.weak = false;
    if (first.holiday && !point.holiday && point.only_weekday()) current_.season = first;
    current_.in = first;
    current_.out = point;
    current_.out->weak = false;
    if (point.year && !point.month) current_.out->month = first.month;  // "Oct 5 - 9, 2027"
    current_.joined = whole_ = true;
  }

  void place_bare(const DatePoint& point, std::size_t end) {
    if (whole_) return;
    if (point.weak && between_numbers(end)) return;
    if (!usable_alone(point)) return;
    if (point.holiday && !current_.in) {
      current_.season = point;
    } else if (!current_.in) {
      current_.in = point;
    } else if (current_.in->only_weekday() && point.day && !point.weekday) {
      const auto weekday = current_.in->weekday;  // "el miércoles, el día 31"
      current_.in = point;
      current_.in->weekday = weekday;
    }
  }

  /// A weak day may still become the first half of a range.
  [[nodiscard]] bool between_numbers(std::size_t end) const {
    const auto next = end < lexemes_.size() ? lexemes_[end].tag : Tag::stop;
    return next == Tag::to || next == Tag::dash || next == Tag::until || next == Tag::and_;
  }

  [[nodiscard]] bool usable_alone(const DatePoint& point) const {
    if (!point.weak) return true;
    if (point.in_words) return false;
    return dates_asked_ || strong_from_ || (role_ != Role::none && gap_ == 0);
  }

  void set_in(const DatePoint& point) {
    if (whole_) return;
    current_.in = point;
    current_.in->weak = false;
  }

  // NOLINTNEXTLINE(readability-function-size): one case for each tag of a word
  void read_word() {
    const auto& lexeme = lexemes_[at_];
    switch (lexeme.tag) {
      case Tag::arrive:
        begin(Role::arrive);
        break;
      case Tag::leave:
        begin(Role::leave);
        break;
      case Tag::until:
        until();
        break;
      case Tag::to:
      case Tag::dash:
        join_next(lexeme);
        break;
      case Tag::from:
        strong_from_ = true;
        break;
      case Tag::of:
        strong_from_ = lexeme.value == 1;
        break;
      case Tag::between:
        between_ = true;
        break;
      case Tag::and_:
        joining_ = between_ && last_ && gap_ == 0;
        break;
      case Tag::month:
        lone_month(lexeme);
        break;
      case Tag::last:
        pass_over_the_past();
        break;
      case Tag::vague:
        vague_ = true;
        break;
      case Tag::correction:
        finish_version();
        break;
      case Tag::stop:
        end_sentence();
        break;
      case Tag::article:
      case Tag::day_word:
      case Tag::comma:
      case Tag::colon:
      case Tag::filler:
      case Tag::in:
        break;
      default:
        gap();
    }
    ++at_;
  }

  /// "last weekend" that is of no month lies behind us.
  void pass_over_the_past() {
    const auto what = tag(1);
    if (what == Tag::weekend || what == Tag::weekday || what == Tag::night) ++at_;
  }

  void begin(Role role) {
    role_ = role;
    gap_ = 0;
    joining_ = false;
  }

  void until() {
    if (last_ && gap_ == 0 && role_ == Role::none && !whole_) {
      joining_ = true;
      strong_to_ = true;
    } else {
      begin(Role::until);
    }
  }

  void join_next(const Lexeme& lexeme) {
    if (role_ != Role::none || !last_ || gap_ > 0) return;
    joining_ = true;
    strong_to_ = lexeme.tag == Tag::to && lexeme.value == 1;
  }

  void lone_month(const Lexeme& lexeme) {
    lone_month_ = lexeme.value;
    vague_ = true;
  }

  void gap() {
    ++gap_;
    joining_ = strong_from_ = false;
    lone_month_.reset();
    if (gap_ > 4) role_ = Role::none;
  }

  void end_sentence() {
    joining_ = between_ = strong_from_ = false;
    role_ = Role::none;
    lone_month_.reset();
    ++gap_;
  }

  void finish_version() {
    if (current_.has_day() || current_.nights) result_.versions.push_back(current_);
    current_ = {};
    last_.reset();
    whole_ = nights_were_said_ = false;
    end_sentence();
    gap_ = 0;
  }

  const Lexemes& lexemes_;
  DateOrder order_;
  bool dates_asked_;
  std::size_t at_ = 0;
  DateWords result_;
  StayWords current_;
  std::optional<DatePoint> last_;  ///< the day before, which a range may start from
  std::optional<int> lone_month_;  ///< "Feb between 2-7"
  Role role_ = Role::none;
  int gap_ = 0;  ///< plain words since the last day or verb
  bool about_hours_ = false;
  bool joining_ = false;  ///< "to", "al" or a dash stands between the last day and the next
  bool strong_to_ = false;
  bool strong_from_ = false;
  bool last_was_strong_from_ = false;
  bool between_ = false;
  bool whole_ = false;  ///< a range was read: later days do not change it
  bool nights_were_said_ = false;
  bool vague_ = false;
};

}  // namespace

DateWords read_dates(const Lexemes& lexemes, DateOrder order, bool dates_asked) {
  return Walk(lexemes, order, dates_asked).run();
}

}  // namespace agente::concierge
