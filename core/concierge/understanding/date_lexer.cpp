#include "concierge/understanding/date_lexer.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "concierge/understanding/phrases.hpp"

namespace agente::concierge {
namespace {

struct Meaning {
  Tag tag;
  int value;
};
using Book = PhraseBook<Meaning>;

struct Vocabulary {
  Book book;
  std::vector<std::pair<std::string_view, Meaning>> repairable;  ///< long single words worth repairing
};

Vocabulary build(std::span<const DatePhrase> rows) {
  Vocabulary vocabulary;
  for (const auto& row : rows) {
    vocabulary.book.add(row.spellings, {row.tag, row.value});
    const bool next_day = row.tag == Tag::day_offset && row.value == 1;  // not "pasado": too close to "casado"
    if (row.tag != Tag::month && row.tag != Tag::weekday && !next_day) continue;
    for (const auto word : split(row.spellings, '|')) {
      if (word.size() >= 5 && word.find(' ') == std::string_view::npos) {
        vocabulary.repairable.emplace_back(word, Meaning{row.tag, row.value});
      }
    }
  }
  return vocabulary;
}

const Vocabulary& vocabulary_of(Language language) {
  static const std::array kVocabularies{build(spanish_date_words()), build(english_date_words()),
                                        build(portuguese_date_words())};
  return kVocabularies[static_cast<std::size_t>(language)];
}

/// One letter wrong, missing, too many, or two neighbours swapped.
bool one_slip_apart(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  std::size_t head = 0;
  while (head < a.size() && a[head] == b[head]) ++head;
  if (a.size() != b.size()) return a.substr(head) == b.substr(head + 1);
  if (head == a.size()) return true;
  if (a.substr(head + 1) == b.substr(head + 1)) return true;
  return head + 1 < a.size() && a[head] == b[head + 1] && a[head + 1] == b[head] &&
         a.substr(head + 2) == b.substr(head + 2);
}

Tag tag_of_mark(std::string_view mark) {
  if (mark == "/") return Tag::slash;
  if (mark == "-") return Tag::dash;
  if (mark == ".") return Tag::dot;
  if (mark == "," || mark == "\n" || mark == "(" || mark == ")") return Tag::comma;
  if (mark == ":") return Tag::colon;
  return mark == "!" || mark == "?" || mark == ";" ? Tag::stop : Tag::plain;
}

constexpr std::array<std::string_view, 11> kOrdinalEnds{"st", "nd", "rd", "th", "o", "a", "ro", "er", "do", "ra", "to"};

class Lexer {
 public:
  Lexer(const Tokens& tokens, const std::vector<bool>& masked, Language language)
      : tokens_(tokens), masked_(masked), vocabulary_(vocabulary_of(language)), language_(language) {}

  Lexemes run() {
    for (std::size_t at = 0; at < tokens_.size();) {
      auto lexeme = read(at);
      lexeme.glued = tokens_[at].glued;
      lexeme.capital = tokens_[at].capital;
      at = lexeme.last;
      if (!swallows_dot(lexeme)) lexemes_.push_back(lexeme);
    }
    mark_counted_numbers();
    return std::move(lexemes_);
  }

 private:
  Lexeme read(std::size_t at) const {
    const auto& token = tokens_[at];
    Lexeme lexeme{.first = at, .last = at + 1};
    if (masked_[at]) return lexeme;
    if (token.is_number()) return read_number(lexeme);
    if (token.kind == Token::Kind::mark) {
      lexeme.tag = tag_of_mark(token.folded);
      if (lexeme.tag == Tag::dot && !inside_number(at)) lexeme.tag = Tag::stop;
      return lexeme;
    }
    if (token.is_word()) return read_word(lexeme);
    return lexeme;
  }

  Lexeme read_number(Lexeme lexeme) const {
    const auto& token = tokens_[lexeme.first];
    if (token.value < 0) return lexeme;
    lexeme.tag = Tag::number;
    lexeme.value = token.value;
    lexeme.digits = true;
    lexeme.width = token.folded.size();
    auto next = lexeme.last;
    if (next + 1 < tokens_.size() && tokens_[next].is(".") && tokens_[next].glued) ++next;  // "1.º"
    if (next < tokens_.size() && tokens_[next].glued &&
        std::ranges::find(kOrdinalEnds, tokens_[next].folded) != kOrdinalEnds.end()) {
      lexeme.ordinal = true;
      lexeme.last = next + 1;
    }
    return lexeme;
  }

  Lexeme read_word(Lexeme lexeme) const {
    if (const auto found = vocabulary_.book.longest_at(tokens_, lexeme.first); found.value != nullptr) {
      lexeme.tag = found.value->tag;
      lexeme.value = found.value->value;
      lexeme.last = found.end;
    } else {
      repair(lexeme);
    }
    if (lexeme.tag == Tag::ordinal) lexeme.ordinal = true;
    if (language_ == Language::pt && is_december(lexeme)) {
      lexeme.tag = Tag::month;
      lexeme.value = 12;
    }
    return lexeme;
  }

  /// "dez" is ten and December: the month after "20 de" or "20/".
  [[nodiscard]] bool is_december(const Lexeme& lexeme) const {
    if (!tokens_[lexeme.first].is("dez") || lexemes_.size() < 2) return false;
    const auto before = lexemes_.back().tag;
    return (before == Tag::of || before == Tag::slash) && lexemes_[lexemes_.size() - 2].tag == Tag::number;
  }

  void repair(Lexeme& lexeme) const {
    const std::string_view word = tokens_[lexeme.first].folded;
    if (word.size() < 4 || word.size() > 12 || is_everyday_word(word)) return;
    for (const auto& [right, meaning] : vocabulary_.repairable) {
      if (!one_slip_apart(word, right)) continue;
      lexeme.tag = meaning.tag;
      lexeme.value = meaning.value;
      return;
    }
  }

  [[nodiscard]] bool inside_number(std::size_t at) const {
    return at > 0 && at + 1 < tokens_.size() && tokens_[at - 1].is_number() && tokens_[at + 1].is_number() &&
           tokens_[at].glued && tokens_[at + 1].glued;
  }

  /// The dot of "Dic." or "Qua." belongs to the word.
  [[nodiscard]] bool swallows_dot(const Lexeme& lexeme) const {
    if (lexeme.tag != Tag::stop || !tokens_[lexeme.first].is(".") || lexemes_.empty()) return false;
    const auto before = lexemes_.back();
    const bool dated = before.tag == Tag::month || before.tag == Tag::weekday || before.tag == Tag::weak_weekday;
    return dated && tokens_[before.first].folded.size() <= 4;
  }

  [[nodiscard]] Tag tag_at(std::size_t at) const { return at < lexemes_.size() ? lexemes_[at].tag : Tag::stop; }
  [[nodiscard]] bool symbol_at(std::size_t token, std::string_view symbols) const {
    return token < tokens_.size() && !tokens_[token].is_word() && !tokens_[token].is_number() &&
           symbols.find(tokens_[token].folded) != std::string_view::npos;
  }

  [[nodiscard]] bool counts_something(std::size_t at) const {
    const auto& number = lexemes_[at];
    if (tag_at(at + 1) == Tag::unit || tag_at(at + 1) == Tag::colon) return true;
    if (at > 0 && (tag_at(at - 1) == Tag::not_day || (tag_at(at - 1) == Tag::colon && number.glued))) return true;
    if (symbol_at(number.last, "%€$£#") || (number.first > 0 && symbol_at(number.first - 1, "€$£#"))) return true;
    // "3/4 personas": what the second number counts, the first counts too.
    const auto joint = tag_at(at + 1);
    return (joint == Tag::slash || joint == Tag::dash) && tag_at(at + 2) == Tag::number && tag_at(at + 3) == Tag::unit;
  }

  void mark_counted_numbers() {
    std::vector<std::size_t> counted;
    for (std::size_t at = 0; at < lexemes_.size(); ++at) {
      if (lexemes_[at].tag == Tag::number && counts_something(at)) counted.push_back(at);
    }
    for (const auto at : counted) lexemes_[at].tag = Tag::plain;
  }

  const Tokens& tokens_;
  const std::vector<bool>& masked_;
  const Vocabulary& vocabulary_;
  Language language_;
  Lexemes lexemes_;
};

}  // namespace

bool is_everyday_word(std::string_view word) {
  static constexpr std::string_view kWords =
      "abrir agoto angosto banana casado dinero entero gosto gusto hermana juego juegos jugos julia julian "
      "junior juntas junto juntos larch lentes lines luces lunas manha mano manos manzana marcha marco "
      "marcos mares marsh marte martin match mayor mazo monda nueces nueve nueves parch parte partes pasada "
      "pesado quanta quarto quartos sabana sabido segundo segundos semana sundae tercer terco watch ";
  static const auto kSorted = split(kWords, ' ');  // the list is in order
  return std::ranges::binary_search(kSorted, word);
}

Lexemes lex_dates(const Tokens& tokens, const std::vector<bool>& masked, Language language) {
  return Lexer(tokens, masked, language).run();
}

}  // namespace agente::concierge
