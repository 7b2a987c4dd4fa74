#include <array>

#include "concierge/understanding/phrases.hpp"
#include "concierge/understanding/slots.hpp"

namespace agente::concierge {
namespace {

struct RoomRow {
  std::string_view spellings;
  std::string_view type;  ///< empty: a phrase that only looks like a room type
};

constexpr std::array kRooms{
    RoomRow{
        "individual|simple|single|singles|single room|solteiro|de solteiro|quarto de solteiro|individuais|individuales|"
        "simples|habitacion simple|sencilla",
        "single"},
    RoomRow{"doble|dobles|matrimonial|matrimoniales|matrimonio|cama matrimonial|cama doble|double|doubles|double "
            "bed|casal|de casal|"
            "quarto de casal|cama de casal|duplo|duplos|king|queen",
            "double"},
    RoomRow{"twin|twins|twin beds|dos camas|2 camas|camas separadas|dos camas separadas|dos camas individuales|2 camas "
            "individuales|two beds|2 beds|two single beds|2 single beds|separate beds|duas camas|2 camas de "
            "solteiro|duas camas "
            "de solteiro|duas camas separadas",
            "twin"},
    RoomRow{"triple|triples|triplo|triplos|tripla", "triple"},
    RoomRow{"cuadruple|cuadruples|quadruple|quadruples|quadruplo|quadruplos|quad", "quadruple"},
    RoomRow{
        "familiar|familiares|family room|family rooms|habitacion familiar|quarto familia|family suite|quarto familiar",
        "family"},
    RoomRow{"suite|suites|suit|suite junior|junior suite", "suite"},
    RoomRow{"double check|single parent|every single|somos un casal|um casal", ""},
};

const PhraseBook<std::string_view>& room_book() {
  static const auto kBook = [] {
    PhraseBook<std::string_view> book;
    for (const auto& row : kRooms) book.add(row.spellings, row.type);
    return book;
  }();
  return kBook;
}

bool corrects(std::string_view word) {
  static constexpr std::array<std::string_view, 10> kWords{"mejor",    "perdon", "no",     "digo",     "entonces",
                                                           "actually", "sorry",  "melhor", "desculpa", "nao"};
  for (const auto known : kWords) {
    if (known == word) return true;
  }
  return false;
}

/// The first room type named; one named after a correction replaces it.
void read_room_type(Reading& reading) {
  bool corrected = false;
  for (std::size_t at = 0; at < reading.tokens.size();) {
    corrected = corrected || corrects(reading.word(at));
    const auto found = room_book().longest_at(reading.tokens, at);
    if (found.value == nullptr || reading.masked[at]) {
      ++at;
      continue;
    }
    const bool vague = found.value->empty();
    if (!vague && (!reading.slots.room_type || corrected)) {
      reading.slots.room_type = std::string(*found.value);
      corrected = false;
    }
    at = found.end;
  }
}

bool is_score_word(std::string_view word) {
  static constexpr std::array<std::string_view, 10> kWords{"nota",  "puntaje", "puntuacion", "score", "doy",
                                                           "pongo", "give",    "rate",       "dou",   "calificacion"};
  for (const auto known : kWords) {
    if (known == word) return true;
  }
  return false;
}

/// "10 out of 10", "8/10", "5 estrellas", "nota 9"
bool is_score(const Reading& reading, std::size_t at, bool marked, bool alone) {
  const auto next = reading.word(at + 1);
  if (next == "estrellas" || next == "stars" || next == "estrelas" || next == "puntos" || next == "points" ||
      next == "pontos") {
    return true;
  }
  if (next == "out" && reading.word(at + 2) == "of") return true;
  if (next == "sobre" || (next == "de" && reading.word(at + 2) == "10")) return true;
  const bool fraction = next == "/" && (reading.word(at + 2) == "10" || reading.word(at + 2) == "5");
  if (fraction) return marked || (alone && reading.expecting != Expecting::dates);
  return marked;
}

/// "un 8" is all there is: a mark, when nothing was asked.
bool only_a_count(const Reading& reading, std::size_t at) {
  if (reading.expecting != Expecting::nothing) return false;
  const bool article = reading.tokens.size() == 2 && at == 1 && (reading.word(0) == "un" || reading.word(0) == "um");
  return article || reading.tokens.size() == 1;
}

void read_score(Reading& reading) {
  const bool alone = reading.tokens.size() == 3;
  bool marked = false;
  for (std::size_t at = 0; at < reading.tokens.size(); ++at) {
    marked = marked || is_score_word(reading.word(at));
    const auto& token = reading.tokens[at];
    if (reading.masked[at] || !token.is_number() || token.value < 0 || token.value > 10) continue;
    if (!is_score(reading, at, marked, alone) && !only_a_count(reading, at)) continue;
    reading.slots.score = token.value;
    for (std::size_t i = at; i < reading.tokens.size() && i < at + 4; ++i) reading.masked[i] = true;
    return;
  }
}

}  // namespace

void read_words(Reading& reading) {
  read_room_type(reading);
  read_score(reading);
}

}  // namespace agente::concierge
