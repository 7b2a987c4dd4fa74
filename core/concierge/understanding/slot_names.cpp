#include <algorithm>
#include <array>

#include "concierge/understanding/phrases.hpp"
#include "concierge/understanding/slots.hpp"

namespace agente::concierge {
namespace {

struct Mark {
  bool capital_needed = false;  ///< the phrase also starts sentences that name nobody ("soy alérgica")
};

const PhraseBook<Mark>& marks() {
  static const auto kBook = [] {
    PhraseBook<Mark> book;
    book.add(
        "a nombre de|al nombre de|nombre de|me llamo|mi nombre es|mi nombre completo es|nombre completo es|mi "
        "nombre|nombre es|nombre|nombre completo|a nombre|"
        "my name is|name is|my name|names|my names|in the name of|under the name of|under the name|under name|name "
        "of|on behalf of|"
        "no nome de|em nome de|meu nome e|meu nome|nome e|nome|me chamo|chamo|full name|its under|booked under|"
        "reservation under|booking under",
        {false});
    book.add("soy|aca|sou|aqui|this is|im|i am|under|name|habla|de parte de|sr|sra|senor|senora|mr|mrs|ms|dr|dra|para",
             {true});
    return book;
  }();
  return kBook;
}

/// Where a name stops, and what a message that is one can never hold.
bool is_no_name(std::string_view word) {
  static constexpr std::string_view kWords =
      " a al ao and ante am are as at ate aunque bien bom boa book booking but by can cancel check com como con "
      "confirm "
      "confirmo cuando dale de del desde dia do doble double e el em en entonces es esa ese eso esta este esto eu "
      "fecha for "
      "from gracias habitacion hace hay hasta hello hi hola how i ich if in is isso it la las le libre listo llego lo "
      "los "
      "mais mas mañana manana me mejor mi mil mujer my na nao nada name nights no noche noches nombre nome nos o "
      "obrigado "
      "of oi ok on or os otra otro para pero personas please por porque pra prefiero price prices prefer puede puedo "
      "quanto "
      "que quero quiero quisiera reserva reservar room rooms ya sale se sem si sim simple single sin so sobre solo "
      "somos sos "
      "soy sou su suite tal tambien tem tengo than thank thanks that the this to todo triple tu um uma un una with "
      "what when "
      "where who why y yes yo you your vos voce vamos vale para con the for starting i need want will we would like "
      "cuanto cuanta cuesta precio perfecto bueno claro gusta buenas buenos buen tardes dias noches hotel wifi "
      "desayuno piscina "
      "from until till arriving leaving nobody esposa marido esposo novia novio pareja hijo hija husband wife mother "
      "mom "
      "madre mama padre adults adultos adult guests night noites quarto cama bed beds single twin familiar ayuda help "
      "ninguno ninguna nadie alguien mejor algo otra cosa quien quién depende luego despues later maybe tal vez talvez "
      "wait espera momento recepcion gerente persona humano human agent operador nunca never siempre jaja jajaja lol "
      "mismo mism hoy today tomorrow tonight hoje amanha sabado domingo lunes martes miercoles jueves viernes "
      "monday tuesday wednesday thursday friday saturday sunday segunda terca quarta quinta sexta finde weekend "
      "cancelar cancelo cancela anular anulo olvidalo forget stop nope nop nah yep yeah sure bye chau adios tchau ";
  static const auto kSet = [] {
    std::vector<std::string_view> words = split(kWords, ' ');
    std::ranges::sort(words);
    return words;
  }();
  return std::ranges::binary_search(kSet, word);
}

/// Days people are called after.
bool is_day_name(std::string_view word) {
  return word == "domingo" || word == "sabado" || word == "sunday" || word == "friday";
}

bool is_particle(std::string_view word) {
  static constexpr std::array<std::string_view, 16> kParticles{"de",  "del", "la",  "las", "los", "da",  "das", "do",
                                                               "dos", "di",  "van", "von", "der", "den", "san", "y"};
  return std::ranges::find(kParticles, word) != kParticles.end();
}

constexpr std::size_t kLongestName = 6;

class Names {
 public:
  explicit Names(Reading& reading) : reading_(reading), tokens_(reading.tokens) {}

  void announced_or_whole(bool wordless) {
    if (after_a_mark() || reading_.expecting != Expecting::name || !reading_.slots.empty()) return;
    whole_message(wordless);
  }

  /// A part between commas or lines of two to five capitalised words.
  void listed() {
    if (reading_.slots.name) return;
    for (std::size_t at = tokens_.size(); at-- > 0;) {
      if (!parts(at) || at + 1 >= tokens_.size() || !tokens_[at + 1].capital) continue;
      const auto end = name_end(at + 1, true);
      const bool closed = end == tokens_.size() || parts(end);
      if (closed && end >= at + 3 && take(at + 1, end)) return;
    }
  }

 private:
  [[nodiscard]] bool parts(std::size_t at) const {
    return tokens_[at].is(",") || tokens_[at].is(".") || tokens_[at].is("\n") || tokens_[at].is(";");
  }

  /// One past the name that starts at `at`; `at` itself when none does.
  [[nodiscard]] std::size_t name_end(std::size_t at, bool capitals) const {
    const auto start = at;
    const bool written = at < tokens_.size() && tokens_[at].capital;
    while (at < tokens_.size() && at - start < kLongestName && goes_on(at, at == start, capitals || written)) ++at;
    while (at > start && is_particle(tokens_[at - 1].folded)) --at;
    return at;
  }

  [[nodiscard]] bool goes_on(std::size_t at, bool first, bool capitals) const {
    const auto& token = tokens_[at];
    if (reading_.masked[at]) return false;
    if (token.is("-") && !first) return token.glued && at + 1 < tokens_.size() && tokens_[at + 1].glued;
    if (!token.is_word()) return token.is(".") && !first && tokens_[at - 1].folded.size() <= 2 && token.glued;
    if (!first && is_particle(token.folded)) return particle_leads_on(at);
    if (capitals && !token.capital) return false;
    return token.capital && capitals ? !(first && is_no_name(token.folded)) : !is_no_name(token.folded);
  }

  /// "de la Cruz": particles belong to a name only with a capital behind them.
  [[nodiscard]] bool particle_leads_on(std::size_t at) const {
    while (at < tokens_.size() && is_particle(tokens_[at].folded)) ++at;
    return at < tokens_.size() && tokens_[at].is_word() && tokens_[at].capital;
  }

  bool take(std::size_t first, std::size_t last) {
    if (last <= first) return false;
    reading_.slots.name = reading_.said(first, last);
    std::fill(reading_.masked.begin() + static_cast<std::ptrdiff_t>(first),
              reading_.masked.begin() + static_cast<std::ptrdiff_t>(last), true);
    return true;
  }

  bool after_a_mark() {
    for (std::size_t at = 0; at < tokens_.size(); ++at) {
      const auto mark = marks().longest_at(tokens_, at);
      if (mark.value == nullptr || reading_.masked[at]) continue;
      auto next = mark.end;
      while (next < tokens_.size() && (tokens_[next].is(":") || tokens_[next].is("is"))) ++next;
      const bool loose =
          !mark.value->capital_needed || (reading_.expecting == Expecting::name && tokens_[at].folded != "para");
      const auto end = name_end(next, !loose);
      if (loose && next < tokens_.size() && is_no_name(tokens_[next].folded)) continue;
      if (mark.value->capital_needed && !loose && tokens_[at].folded == "para" && end < next + 2) continue;
      if (take(next, end)) return true;
    }
    return false;
  }

  /// The host asked for the name and this is nothing else. Capitals ("Domingo Bar") outweigh words that mean something.
  void whole_message(bool wordless) {
    std::size_t first = 0, last = tokens_.size();
    while (first < last && !tokens_[first].is_word()) ++first;
    while (last > first && !tokens_[last - 1].is_word()) --last;
    if (last <= first || last - first > kLongestName || tokens_[first].folded.size() < 2) return;
    if (std::ranges::any_of(tokens_, [](const Token& token) { return token.is("?") || token.is_number(); })) return;
    const bool capitals = last - first >= 2 && tokens_[first].capital && tokens_[last - 1].capital;
    if (!wordless && !capitals) return;
    for (auto at = first; at < last; ++at) {
      if (!can_be_name(at, at == first, capitals)) return;
    }
    take(first, last);
  }

  [[nodiscard]] bool can_be_name(std::size_t at, bool first, bool capitals) const {
    const auto& token = tokens_[at];
    if (token.is("-") || token.is(".")) return true;
    if (!token.is_word() || reading_.masked[at]) return false;
    if (!first && is_particle(token.folded)) return true;
    if (capitals && is_day_name(token.folded)) return true;
    return !is_no_name(token.folded) && count_at(reading_, at) < 0;
  }

  Reading& reading_;
  const Tokens& tokens_;
};

}  // namespace

void read_name(Reading& reading, bool wordless) { Names(reading).announced_or_whole(wordless); }

void read_listed_name(Reading& reading) { Names(reading).listed(); }

}  // namespace agente::concierge
