#include "concierge/understanding/language.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "concierge/understanding/date_words.hpp"
#include "concierge/understanding/patterns.hpp"
#include "concierge/understanding/phrases.hpp"

namespace agente::concierge {
namespace {

// Words that tell one language from the other two; those shared by two of them stand in both.
constexpr std::string_view kSpanish =
    "el los las un una unos unas y con del al es son esta estan hay tienen tenes tiene quiero quisiera queremos "
    "necesito "
    "puedo podemos podes puede para por que como cual cuanto cuanta cuantos cuando donde mi me nos se lo le su sin "
    "pero "
    "hola buenas buenos dias tardes noches noche gracias si no chau adios hasta luego favor reserva reservar "
    "habitacion "
    "habitaciones cuarto doble triple simple matrimonial individual personas persona adultos adulto ninos nino nene "
    "nenes "
    "nena chicos bebe semana finde fin manana hoy esta pasado lunes martes miercoles jueves viernes sabado domingo "
    "enero "
    "febrero marzo mayo junio julio septiembre setiembre octubre noviembre diciembre llego llegamos salgo salimos "
    "somos "
    "vamos voy soy llamo nombre desayuno precio tarifa sale cuesta disponibilidad libre lugar hacer cambiar cancelar "
    "confirmo dale bueno vale perfecto claro mejor entonces final ya muy mas tambien cochera estacionamiento mascotas "
    "alguien hablar pasame factura hotel anos entrada salida desde primer ultimo proximo viene fecha fechas ampliar "
    "jaja "
    "jajaja volvere estare funciona sucia tal este ese eso esa gusta venga algo otra otro hora agua caliente cerca "
    "quedar "
    "queda pueden ayuda ayudar quien dos tres cuatro cinco seis siete ocho nueve diez uno santa estrellas puntos";
constexpr std::string_view kEnglish =
    "the a an and with of is are do you have i we want would like need can could for by what how much many when where "
    "my "
    "me us it its this that there but without hello hi hey good morning afternoon evening thanks thank yes no bye "
    "goodbye "
    "please booking book reservation reserve room rooms double twin single people person persons adults adult children "
    "child kids kid baby week weekend tomorrow today tonight monday tuesday wednesday thursday friday saturday sunday "
    "january february march april may june july august september october november december arrive arriving leave "
    "leaving "
    "from to until till under name breakfast price rate rates cost available availability free change cancel confirm "
    "ok "
    "okay sure great perfect better then actually already very more also parking pets someone talk speak invoice hotel "
    "years old date dates nights night next last first check not in on at be going pool gym wifi any our your im id "
    "ill "
    "dont cant jan feb mar apr jun jul aug sep sept oct nov dec new eve easter christmas days two three four five six "
    "seven eight nine ten one all just will might ago so it out off if guys tell about am pm sounds really definitely";
constexpr std::string_view kPortuguese =
    "o os as um uma uns umas e com do da dos das ao aos em no na nos nas num numa sao tem voces voce vocês quero "
    "queria "
    "gostaria queremos preciso posso podemos pode para pra por que como qual quanto quantos quando onde meu minha me "
    "nos "
    "lhe seu sua sem mas ola oi bom boa dia tarde noite noites obrigado obrigada sim nao tchau ate logo favor reserva "
    "reservar quarto quartos duplo casal solteiro triplo pessoas pessoa adultos adulto criancas crianca bebe filho "
    "filhos "
    "filha semana fim amanha hoje depois segunda terca quarta quinta sexta feira sabado domingo janeiro fevereiro "
    "marco "
    "abril maio junho julho agosto setembro outubro novembro dezembro chego chegamos saio saimos somos vamos vou sou "
    "chamo "
    "nome cafe manha preco diaria diarias valor custa vaga vagas disponivel disponibilidade livre fazer mudar alterar "
    "cancelar confirmo beleza bem melhor entao ja muito mais tambem estacionamento alguem falar nota fiscal hotel anos "
    "entrada saida desde primeira ultimo proximo proxima vem data datas esse essa este esta isso isto pelo pela fica "
    "ficar "
    "funciona voltarei estarei fora dois duas tres quatro cinco seis sete oito nove dez natal reveillon carnaval "
    "pascoa "
    "horario horas aceita aceitam gostei piscina obrigadao viu esta tempo emitem acabei cedo custo";

using Weights = std::array<double, 3>;

using WordWeights = std::unordered_map<std::string_view, Weights>;

/// Words of other tables tell less: some are foreign words guests use in their own language ("late checkout").
constexpr double kOwnWord = 1.0;
constexpr double kTableWord = 0.5;

void add_words(WordWeights& table, std::string_view words, Language language, double weight) {
  for (const auto word : split(words, ' ')) {
    auto& known = table.try_emplace(word, Weights{}).first->second[static_cast<std::size_t>(language)];
    known = std::max(known, weight);
  }
}

void add_date_words(WordWeights& table, std::span<const DatePhrase> rows, Language language) {
  for (const auto& row : rows) {
    for (const auto spelling : split(row.spellings, '|')) add_words(table, spelling, language, kTableWord);
  }
}

void add_intent_words(WordWeights& table, std::span<const IntentRow> rows, Language language) {
  for (const auto& row : rows) {
    for (const auto pattern : split(row.patterns, '|')) {
      for (const auto words : split(pattern, ' ')) {
        for (const auto word : split(words, '/')) add_words(table, word, language, kTableWord);
      }
    }
  }
}

/// A word counts less the more languages it belongs to.
const WordWeights& word_weights() {
  static const auto kTable = [] {
    WordWeights words;
    add_words(words, kSpanish, Language::es, kOwnWord);
    add_words(words, kEnglish, Language::en, kOwnWord);
    add_words(words, kPortuguese, Language::pt, kOwnWord);
    add_date_words(words, spanish_date_words(), Language::es);
    add_date_words(words, english_date_words(), Language::en);
    add_date_words(words, portuguese_date_words(), Language::pt);
    add_intent_words(words, spanish_intents(), Language::es);
    add_intent_words(words, english_intents(), Language::en);
    add_intent_words(words, portuguese_intents(), Language::pt);
    for (auto& [word, weights] : words) {
      const auto owners = std::ranges::count_if(weights, [](double weight) { return weight > 0; });
      for (auto& weight : weights) weight /= static_cast<double>(owners * owners);
    }
    return words;
  }();
  return kTable;
}

struct Spelling {
  std::string_view bytes;
  Language language;
  double weight;
};

constexpr std::array kSpellings{
    Spelling{"ñ", Language::es, 2},    Spelling{"¿", Language::es, 2},    Spelling{"¡", Language::es, 2},
    Spelling{"ción", Language::es, 2}, Spelling{"ã", Language::pt, 2},    Spelling{"õ", Language::pt, 2},
    Spelling{"ç", Language::pt, 2},    Spelling{"ê", Language::pt, 2},    Spelling{"à", Language::pt, 1},
    Spelling{"nh", Language::pt, 0.4}, Spelling{"lh", Language::pt, 0.4}, Spelling{"th", Language::en, 0.4},
    Spelling{"sh", Language::en, 0.3}, Spelling{"wh", Language::en, 0.4}, Spelling{"w", Language::en, 0.2},
};

}  // namespace

std::string_view name_of(Language language) {
  constexpr std::array<std::string_view, 3> kNames{"es", "en", "pt"};
  return kNames[static_cast<std::size_t>(language)];
}

std::optional<Language> language_from(std::string_view name) {
  for (const auto language : kLanguages) {
    if (name_of(language) == name.substr(0, 2)) return language;
  }
  return std::nullopt;
}

Language detect_language(std::string_view text, const Tokens& tokens, Language before) {
  Weights score{};
  score[static_cast<std::size_t>(before)] += 0.3;
  for (const auto& token : tokens) {
    const auto known = word_weights().find(token.folded);
    if (known == word_weights().end()) continue;
    for (std::size_t i = 0; i < score.size(); ++i) score[i] += known->second[i];
  }
  const auto head = text.substr(0, kMaxBytes);
  for (const auto& spelling : kSpellings) {
    if (head.find(spelling.bytes) != std::string_view::npos) {
      score[static_cast<std::size_t>(spelling.language)] += spelling.weight;
    }
  }
  auto best = before;
  for (const auto language : kLanguages) {
    if (score[static_cast<std::size_t>(language)] > score[static_cast<std::size_t>(best)]) best = language;
  }
  return best;
}

}  // namespace agente::concierge
