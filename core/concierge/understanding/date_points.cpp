#include "concierge/understanding/date_points.hpp"

#include <algorithm>
#include <initializer_list>

namespace agente::concierge {
namespace {

/// Tries the shapes a day can have, the most telling first. Every shape leaves `at_` alone when it does not fit.
class Reader {
 public:
  Reader(const Lexemes& lexemes, std::size_t at, DateOrder order) : lexemes_(lexemes), at_(at), order_(order) {}

  std::optional<ReadPoint> read() {
    if (auto numeric = read_numeric(lexemes_, at_, order_)) return numeric;
    using Shape = bool (Reader::*)();
    for (const Shape shape : {&Reader::holiday, &Reader::night_of, &Reader::relative, &Reader::nth_of_month,
                              &Reader::weekend, &Reader::weekday, &Reader::month_first, &Reader::day_number}) {
      const auto start = at_;
      point_ = {};
      if ((this->*shape)()) return ReadPoint{point_, at_};
      at_ = start;
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] Tag tag(std::size_t ahead = 0) const {
    return at_ + ahead < lexemes_.size() ? lexemes_[at_ + ahead].tag : Tag::stop;
  }
  [[nodiscard]] const Lexeme& here() const { return lexemes_[at_]; }

  bool take(Tag wanted) {
    if (tag() != wanted) return false;
    ++at_;
    return true;
  }
  void skip(std::initializer_list<Tag> tags) {
    while (std::ranges::find(tags, tag()) != tags.end()) ++at_;
  }

  bool holiday() {
    if (tag() != Tag::holiday) return false;
    point_.holiday = static_cast<Holiday>(here().value);
    ++at_;
    const auto start = at_;
    skip({Tag::of});
    if (!year()) at_ = start;
    return true;
  }

  /// "(la) noche del 11 de octubre"
  bool night_of() {
    if (tag() != Tag::night || tag(1) != Tag::of) return false;
    at_ += 2;
    skip({Tag::article});
    if (tag() == Tag::night) return false;
    if (const auto inner = Reader(lexemes_, at_, order_).read(); inner && !inner->point.in_words) {
      point_ = inner->point;
      point_.weak = false;
      point_.nights = 1;
      at_ = inner->end;
      return true;
    }
    return false;
  }

  bool relative() {
    if (take(Tag::tonight)) {
      point_.offset = 0;
      point_.nights = 1;
      return true;
    }
    if (tag() == Tag::day_offset) {
      point_.offset = here().value;
      ++at_;
      night_after();
      return true;
    }
    if (tag() != Tag::in || tag(1) != Tag::number) return false;
    const auto unit = tag(2);
    if (unit != Tag::days && unit != Tag::day_word && unit != Tag::week) return false;
    point_.offset = std::min(lexemes_[at_ + 1].value, 1000) * (unit == Tag::week ? 7 : 1);
    at_ += 3;
    return true;
  }

  /// "tomorrow night", "friday night": that one night.
  void night_after() {
    if (tag() == Tag::night) {
      ++at_;
      point_.nights = 1;
    }
  }

  /// "first friday of july", "last weekend of october"
  bool nth_of_month() {
    skip({Tag::article});
    if (tag() == Tag::last) {
      point_.nth = -1;
    } else if (tag() == Tag::ordinal && here().value <= 5) {
      point_.nth = here().value;
    } else {
      return false;
    }
    ++at_;
    if (tag() == Tag::weekday || tag() == Tag::weak_weekday) {
      point_.weekday = here().value;
    } else if (tag() == Tag::weekend) {
      point_.weekend = true;
    } else {
      return false;
    }
    ++at_;
    skip({Tag::of, Tag::in, Tag::article});
    return month_and_year() || month_ahead();
  }

  bool weekend() {
    direction();
    if (take(Tag::weekend_after)) {
      point_.weekend = true;
      point_.weeks = 2;
      return true;
    }
    if (!take(Tag::weekend)) return false;
    point_.weekend = true;
    direction();
    const auto start = at_;
    skip({Tag::of, Tag::article, Tag::day_word});
    if (at_ == start || tag() != Tag::number || !day_value()) {
      at_ = start;
      return true;
    }
    of_month();
    return true;
  }

  /// "este", "próximo", "que viene", "next" before or after the word they turn.
  void direction() {
    if (tag() == Tag::next) point_.weeks = 1;
    if (tag() == Tag::this_) point_.weeks = point_.weeks.value_or(0);
    if (tag() == Tag::next || tag() == Tag::this_) ++at_;
    if (tag() == Tag::next) {  // "este próximo viernes"
      point_.weeks = 1;
      ++at_;
    }
  }

  bool weekday() {
    const auto start = at_;
    direction();
    if (tag() != Tag::weekday && !(tag() == Tag::weak_weekday && expected(start))) return false;
    if (named_after_a_day()) return false;
    point_.weekday = here().value;
    ++at_;
    direction();
    const auto end = at_;
    if (of_week()) return true;
    at_ = end;
    skip({Tag::comma, Tag::article, Tag::day_word, Tag::of});
    if (tag() == Tag::month && named_month()) return true;  // "monday, jan 22"
    if (const auto figures = read_numeric(lexemes_, at_, order_)) return adopt(*figures);
    if ((tag() == Tag::number || tag() == Tag::ordinal) && !length_follows() && day_value()) {
      of_month();
      return true;
    }
    at_ = end;
    night_after();
    return true;
  }

  /// "Tue 9/5": the figures with the weekday before them.
  bool adopt(const ReadPoint& figures) {
    const auto weekday = point_.weekday;
    point_ = figures.point;
    point_.weekday = weekday;
    at_ = figures.end;
    return true;
  }

  /// "sat", "segunda", "quarta": weekdays only where the words around them ask for one.
  [[nodiscard]] bool expected(std::size_t start) const {
    const auto after = tag(1);
    const bool ends = after == Tag::stop || after == Tag::comma || after == Tag::to || after == Tag::until ||
                      after == Tag::dash || after == Tag::and_ || after == Tag::next || after == Tag::number ||
                      after == Tag::day_word || after == Tag::filler || after == Tag::of || after == Tag::month ||
                      after == Tag::from || after == Tag::night || after == Tag::correction;
    if (ends) return true;
    if (at_ + 1 >= lexemes_.size()) return true;
    return start > 0 && start == at_ &&
           (lexemes_[start - 1].tag == Tag::until || lexemes_[start - 1].tag == Tag::from) && after != Tag::unit;
  }

  /// "Domingo Pérez", "Julio": a capital in the middle of a sentence and another capital after it.
  [[nodiscard]] bool named_after_a_day() const {
    if (order_.month_first || order_.uncertain) return false;  // English writes weekdays with capitals
    return here().capital && tag(1) == Tag::plain && at_ + 1 < lexemes_.size() && lexemes_[at_ + 1].capital;
  }

  /// "miércoles de la semana que viene"
  bool of_week() {
    skip({Tag::of, Tag::article, Tag::in});
    direction();
    if (!take(Tag::week)) return false;
    direction();
    return point_.weeks.has_value();
  }

  bool month_first() { return tag() == Tag::month && named_month(); }

  /// "July 13(th) (, 2018)"
  bool named_month() {
    const auto month = here().value;
    ++at_;
    skip({Tag::article, Tag::of});
    if (tag() != Tag::number && tag() != Tag::ordinal) return false;
    if (length_follows() || !day_value()) return false;
    point_.month = month;
    optional_year();
    return true;
  }

  /// A number or an ordinal that can be a day: "el 5", "5th", "5 de octubre", "23 del próximo mes", bare "5".
  bool day_number() {
    bool marked = false;
    if (tag() == Tag::article) marked = here().value == 1;
    skip({Tag::article});
    if (take(Tag::day_word)) marked = true;
    if (const auto figures = read_numeric(lexemes_, at_, order_)) return adopt(*figures);
    if (tag() != Tag::number && tag() != Tag::ordinal) return false;
    const auto& lexeme = here();
    if (length_follows() || !day_value()) return false;
    if (of_month()) return true;
    if (lexeme.digits) optional_year();
    point_.weak = lexeme.digits ? !marked && !lexeme.ordinal : true;
    point_.in_words = !lexeme.digits && !marked;
    if (lexeme.digits && lexeme.ordinal && tag() == Tag::unit) return false;  // "5th floor"
    return true;
  }

  bool day_value() {
    const auto& lexeme = here();
    if (lexeme.value < 1 || lexeme.value > 31 || lexeme.width > 2) return false;
    point_.day = lexeme.value;
    ++at_;
    return true;
  }

  [[nodiscard]] bool length_follows() const {
    const auto after = tag(1);
    return after == Tag::night || after == Tag::days || after == Tag::week ||
           (after == Tag::day_word && !here().ordinal);
  }

  /// "(de) octubre (de 2026)", "/Out", "del mes que viene", "de este mes"
  bool of_month() {
    const auto start = at_;
    skip({Tag::of, Tag::in, Tag::article});
    if (at_ == start && (tag() == Tag::slash || tag() == Tag::dash) && tag(1) == Tag::month) ++at_;
    if (month_and_year() || month_ahead()) return true;
    at_ = start;
    return false;
  }

  bool month_and_year() {
    if (tag() != Tag::month) return false;
    point_.month = here().value;
    ++at_;
    optional_year();
    return true;
  }

  bool month_ahead() {
    const auto start = at_;
    std::optional<int> ahead;
    if (tag() == Tag::next) ahead = 1;
    if (tag() == Tag::this_) ahead = 0;
    if (ahead) ++at_;
    if (take(Tag::month_word)) {
      if (!ahead && take(Tag::next)) ahead = 1;
      if (ahead) {
        point_.months = ahead;
        return true;
      }
    }
    at_ = start;
    return false;
  }

  void optional_year() {
    const auto start = at_;
    skip({Tag::comma, Tag::of, Tag::slash, Tag::dash});
    if (!year()) at_ = start;
  }

  bool year() {
    if (tag() != Tag::number || here().width != 4 || here().value < 1900 || here().value > 2199) return false;
    point_.year = here().value;
    ++at_;
    return true;
  }

  const Lexemes& lexemes_;
  std::size_t at_;
  DateOrder order_;
  DatePoint point_;
};

}  // namespace

std::optional<ReadPoint> read_point(const Lexemes& lexemes, std::size_t at, DateOrder order) {
  return Reader(lexemes, at, order).read();
}

}  // namespace agente::concierge
