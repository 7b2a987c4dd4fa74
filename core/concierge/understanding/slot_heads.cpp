#include <algorithm>
#include <array>

#include "concierge/understanding/phrases.hpp"
#include "concierge/understanding/slots.hpp"

namespace agente::concierge {
namespace {

enum class Noun : std::uint8_t { adult, child, head, room };

struct NounRow {
  std::string_view spellings;
  Noun noun;
};

constexpr std::array kNouns{
    NounRow{"adulto|adultos|adulta|adultas|mayores|grandes|adult|adults|grown ups", Noun::adult},
    NounRow{"nene|nenes|nena|nenas|chico|chicos|chica|chicas|nino|ninos|nina|ninas|pibe|pibes|menor|menores|bebe|bebes|"
            "hijo|hijos|hija|hijas|kid|kids|child|children|childs|toddler|toddlers|infant|infants|baby|babies|son|sons|"
            "daughter|"
            "daughters|crianca|criancas|filho|filhos|filha|filhas|peque|peques|ankle biters",
            Noun::child},
    NounRow{"persona|personas|pax|people|persons|person|pessoa|pessoas|guest|guests|huesped|huespedes|hospede|hospedes|"
            "of us|de nosotros|amigos|amigas|pers",
            Noun::head},
    NounRow{
        "habitacion|habitaciones|cuartos|room|rooms|quarto|quartos|hab|habs|dobles|doubles|double rooms|single rooms|"
        "twin rooms|triples|suites|family rooms",
        Noun::room},
};

struct PartyRow {
  std::string_view spellings;
  int adults;
};

/// Ways to say who comes without a number.
constexpr std::array kParties{
    PartyRow{
        "mi mujer y yo|mi esposa y yo|mi marido y yo|mi esposo y yo|mi novia y yo|mi novio y yo|mi pareja y yo|yo y mi "
        "mujer|yo y mi esposa|yo y mi novia|yo y mi novio|yo y mi marido|yo y mi pareja|somos una pareja|somos pareja|"
        "para una pareja|en pareja|nosotros dos|los dos|my wife and i|my husband and i|my partner and i|my girlfriend "
        "and i|my boyfriend and i|me and my wife|me and my husband|me and my partner|me and my girlfriend|me and my "
        "boyfriend|a couple|for a couple|the two of us|both of us|eu e minha esposa|eu e meu marido|minha esposa e eu|"
        "meu marido e eu|eu e minha namorada|eu e meu namorado|eu e minha mulher|minha mulher e eu|somos um casal|"
        "para um casal|pra um casal|nos dois|my mother and i|mi madre y yo|mi mama y yo",
        2},
    PartyRow{
        "yo solo|yo sola|solo yo|sola yo|voy solo|voy sola|viajo solo|viajo sola|para mi solo|para mi sola|just me|"
        "only me|by myself|just myself|just for me|on my own|travelling alone|traveling alone|so eu|sou so eu|sozinho|"
        "sozinha|apenas eu|somente eu|somente para mim|one person|una sola persona",
        1},
};

template <class Rows, class Value>
PhraseBook<Value> book_of(const Rows& rows, Value (*value)(const typename Rows::value_type&)) {
  PhraseBook<Value> book;
  for (const auto& row : rows) book.add(row.spellings, value(row));
  return book;
}

const PhraseBook<Noun>& nouns() {
  static const auto kBook = book_of<decltype(kNouns), Noun>(kNouns, [](const NounRow& row) { return row.noun; });
  return kBook;
}

const PhraseBook<int>& parties() {
  static const auto kBook = book_of<decltype(kParties), int>(kParties, [](const PartyRow& row) { return row.adults; });
  return kBook;
}

template <std::size_t N>
bool one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, word) != words.end();
}

constexpr int kMostHeads = 99;

class Heads {
 public:
  explicit Heads(Reading& reading) : reading_(reading), slots_(reading.slots) {}

  void run() {
    const auto size = reading_.tokens.size();
    for (std::size_t at = 0; at < size;) {
      const auto end = reading_.masked[at] ? 0 : named(at);
      at = std::max(end, at + 1);
    }
    for (std::size_t at = 0; at < size; ++at) {
      if (!reading_.masked[at]) bare_count(at);
    }
    whole_message();
    conclude();
  }

 private:
  /// Reads the heads named at a token; one past the last word they use, 0 when there are none.
  std::size_t named(std::size_t at) {
    if (const auto end = counted(at); end != 0) return end;
    if (const auto end = own_child(at); end != 0) return end;
    if (const auto noun = nouns().longest_at(reading_.tokens, at);
        noun.value != nullptr && *noun.value == Noun::child) {
      ages(noun.end);  // "kids aged 4 and 7"
      return noun.end;
    }
    const auto party = parties().longest_at(reading_.tokens, at);
    if (party.value != nullptr) set(slots_.adults, *party.value);
    return party.end;
  }

  /// "2 adultos", "un bebé de 4", "two rooms"
  std::size_t counted(std::size_t at) {
    const int count = count_at(reading_, at);
    if (count < 0 || count > kMostHeads || at + 1 >= reading_.tokens.size()) return 0;
    const auto noun = nouns().longest_at(reading_.tokens, at + 1);
    if (noun.value == nullptr || (at > 0 && reading_.tokens[at].glued && reading_.word(at - 1) == "/")) return 0;
    const bool article = !reading_.tokens[at].is_number() && count == 1;
    switch (*noun.value) {
      case Noun::adult:
        set(slots_.adults, count);
        break;
      case Noun::child:
        slots_.children = slots_.children.value_or(0) + count;
        besides_ = besides_ || added(at);
        ages(noun.end);
        break;
      case Noun::head:
        // "hablar con una persona" counts nobody.
        if (!article || counts_before(at)) set(slots_.guests, count);
        break;
      case Noun::room:
        if (!article || reading_.word(at) == "one") set(slots_.rooms, count);
    }
    return noun.end;
  }

  /// "somos 2 y un bebé": the child comes on top of the two.
  [[nodiscard]] bool added(std::size_t at) const {
    static constexpr std::array<std::string_view, 6> kWords{"y", "e", "and", "mas", "plus", "+"};
    return at > 0 && one_of(reading_.word(at - 1), kWords);
  }

  [[nodiscard]] bool counts_before(std::size_t at) const {
    static constexpr std::array<std::string_view, 6> kWords{"para", "for", "pra", "somos", "x", "sola"};
    return at > 0 && one_of(reading_.word(at - 1), kWords);
  }

  /// "con mi hijo de 5", "my daughter"
  std::size_t own_child(std::size_t at) {
    static constexpr std::array<std::string_view, 8> kOwn{"mi",  "my",      "meu",     "minha",
                                                          "our", "nuestro", "nuestra", "nosso"};
    if (!one_of(reading_.word(at), kOwn) || at + 1 >= reading_.tokens.size()) return 0;
    const auto noun = nouns().longest_at(reading_.tokens, at + 1);
    if (noun.value == nullptr || *noun.value != Noun::child || reading_.word(noun.end - 1).ends_with('s')) return 0;
    if (reading_.word(noun.end) == "is" || !ages(noun.end)) return 0;
    slots_.children = slots_.children.value_or(0) + 1;
    return noun.end;
  }

  /// "de 4 y 6 años", "(4 y 6)", "aged 5"
  bool ages(std::size_t at) {
    static constexpr std::array<std::string_view, 12> kLead{"de",  "aged", "age", "ages", "(",    "com",
                                                            "con", "of",   "is",  "are",  "edad", "idade"};
    static constexpr std::array<std::string_view, 12> kJoin{"y",  "e",    "and",  ",",     "&",     "otro",
                                                            "de", "otra", "anos", "outro", "outra", "anios"};
    bool lead = false;
    while (at < reading_.tokens.size() && one_of(reading_.word(at), kLead)) lead = true, ++at;
    if (!lead) return false;
    bool any = false;
    for (; at < reading_.tokens.size(); ++at) {
      if (one_of(reading_.word(at), kJoin)) continue;
      if (!is_age(at)) break;
      slots_.ages.push_back(count_at(reading_, at));
      any = true;
    }
    return any;
  }

  /// A number up to 17 that counts nothing else: "de 4, 5 noches" is one age.
  [[nodiscard]] bool is_age(std::size_t at) const {
    static constexpr std::array<std::string_view, 13> kAfter{"y",     "e",    "and",   ",", "&", "anos", ")",
                                                             "years", "year", "anios", ".", "?", "\n"};
    const int age = count_at(reading_, at);
    if (age < 0 || age > 17 || reading_.word(at) == "a") return false;
    return at + 1 >= reading_.tokens.size() || one_of(reading_.word(at + 1), kAfter);
  }

  /// "somos 4", "para 2", "for two", "family of 4": heads without a noun.
  void bare_count(std::size_t at) {
    static constexpr std::array<std::string_view, 9> kHeads{"somos",   "seremos", "seriamos", "were",  "vamos",
                                                            "iriamos", "familia", "viajamos", "vienen"};
    static constexpr std::array<std::string_view, 5> kFor{"para", "for", "pra", "x", "p"};
    static constexpr std::array<std::string_view, 5> kFill{"de", "of", "a", "los", "ser"};
    const auto word = reading_.word(at);
    const bool heads =
        one_of(word, kHeads) || ((word == "we" || word == "family" || word == "group" || word == "party"));
    if (!heads && !one_of(word, kFor)) return;
    auto next = at + 1;
    while (heads && next < at + 3 && (one_of(reading_.word(next), kFill) || reading_.word(next) == "are")) ++next;
    const int count = count_at(reading_, next);
    if (count < 1 || count > 40 || reading_.word(next) == "a" || reading_.word(next).starts_with("un") || slots_.guests)
      return;
    if (!ends_a_count(next + 1)) return;
    slots_.guests = count;
  }

  /// What follows must not make the number a length, a date or an hour.
  [[nodiscard]] bool ends_a_count(std::size_t at) const {
    static constexpr std::array<std::string_view, 34> kAfter{
        ",",        ".",     "?",     "!",    ")",   ";",  "y",  "e",       "and", "please", "por",  "del",
        "from",     "con",   "com",   "with", "em",  "en", "no", "na",      "el",  "on",     "este", "this",
        "starting", "desde", "hasta", "para", "for", "in", "do", "gracias", "mas", "thanks"};
    return at >= reading_.tokens.size() || one_of(reading_.word(at), kAfter);
  }

  /// The whole message is a number and the host just asked how many come.
  void whole_message() {
    if (reading_.expecting != Expecting::guests || slots_.adults || slots_.guests) return;
    int found = -1;
    for (std::size_t at = 0; at < reading_.tokens.size(); ++at) {
      const auto& token = reading_.tokens[at];
      if (!token.is_word() && !token.is_number()) continue;
      if (found >= 0) return;
      found = count_at(reading_, at);
      if (found < 0) return;
    }
    if (found > 0 && found <= 40) slots_.guests = found;
  }

  /// "somos 4, 2 nenes" is two adults and two children; ages count the children.
  void conclude() {
    const auto aged = static_cast<int>(slots_.ages.size());
    if (aged > slots_.children.value_or(0)) slots_.children = aged;
    if (!slots_.guests) return;
    if (slots_.adults) {
      slots_.guests.reset();
    } else if (slots_.children && besides_) {
      slots_.adults = slots_.guests;
      slots_.guests.reset();
    } else if (slots_.children && *slots_.children < *slots_.guests) {
      slots_.adults = *slots_.guests - *slots_.children;
      slots_.guests.reset();
    }
  }

  static void set(std::optional<int>& slot, int value) {
    if (!slot) slot = value;
  }

  Reading& reading_;
  Slots& slots_;
  bool besides_ = false;  ///< children were said on top of the head count
};

}  // namespace

void read_heads(Reading& reading) { Heads(reading).run(); }

}  // namespace agente::concierge
