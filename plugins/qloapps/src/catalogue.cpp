#include "catalogue.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "values.hpp"

namespace qloapps {
namespace {

using agente::error;
using nlohmann::json;

constexpr std::chrono::minutes kKept{10};

struct Word {
  std::string_view in_name;
  std::string_view ours;
};
// English, Spanish and Portuguese, beginnings of words in lower case.
constexpr std::array kWords{
    Word{"single", "single"},       Word{"individual", "single"}, Word{"solteiro", "single"},
    Word{"double", "double"},       Word{"doble", "double"},      Word{"duplo", "double"},
    Word{"casal", "double"},        Word{"twin", "twin"},         Word{"triple", "triple"},
    Word{"triplo", "triple"},       Word{"quad", "quadruple"},    Word{"cuádruple", "quadruple"},
    Word{"cuadruple", "quadruple"}, Word{"family", "family"},     Word{"familiar", "family"},
    Word{"família", "family"},      Word{"suite", "suite"},       Word{"suíte", "suite"},
};

std::string lower(std::string_view text) {
  std::string folded{text};
  for (auto& c : folded)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return folded;
}

std::uint32_t count_at(const json& object, const char* key) {
  constexpr std::int64_t kMost = 10'000;
  return static_cast<std::uint32_t>(std::clamp(id_at(object, key), std::int64_t{0}, kMost));
}

Type type_of(const json& limits) {
  Type type{.id = id_at(limits, "id_product"),
            .max_adults = count_at(limits, "max_adults"),
            .max_children = count_at(limits, "max_children"),
            .max_guests = count_at(limits, "max_guests")};
  const auto linked = limits.find("associations");
  if (linked != limits.end() && linked->is_object() && linked->contains("hotel_rooms"))
    type.count = static_cast<std::uint32_t>(linked->at("hotel_rooms").size());
  return type;
}

std::string words_given(const std::vector<Type>& types) {
  std::string words;
  for (const auto& type : types) words += (words.empty() ? "" : ", ") + type.word;
  return words;
}

/// The operator's words, or those in the names. A word that fits two types is nobody's.
void name_types(std::vector<Type>& types, const Settings& settings) {
  std::map<std::string, int> uses;
  for (auto& type : types) {
    const auto given = std::find_if(settings.room_types.begin(), settings.room_types.end(),
                                    [&](const auto& entry) { return entry.second == type.id; });
    if (given != settings.room_types.end()) type.word = given->first;
    if (settings.room_types.empty()) type.word = word_in(type.name);
    ++uses[type.word];
  }
  std::erase_if(types, [&](const Type& type) { return type.word.empty() || uses[type.word] > 1; });
}

}  // namespace

std::string word_in(std::string_view name) {
  const auto folded = " " + lower(name);
  std::set<std::string_view> found;
  for (const auto& word : kWords)
    if (folded.find(" " + std::string{word.in_name}) != std::string::npos) found.insert(word.ours);
  return found.size() == 1 ? std::string{*found.begin()} : std::string{};
}

std::vector<Type> Catalogue::load(agente::call call) const {
  const auto hotel = "[" + std::to_string(settings_.hotel_id) + "]";
  const auto limits =
      api_.get(call, "hotel_room_types", "hotel_room_types", {{"display", "full"}, {"filter[id_hotel]", hotel}});
  const auto names = api_.get(call, "room_types", "room_types", {{"display", "[id,id_hotel,name,active]"}});
  std::map<std::int64_t, std::string> active;
  for (const auto& type : names.at("room_types"))
    if (id_at(type, "active") == 1) active[id_at(type, "id")] = words_at(type, "name");
  std::vector<Type> types;
  for (const auto& each : limits.at("hotel_room_types")) {
    auto type = type_of(each);
    const auto name = active.find(type.id);
    if (name == active.end() || id_at(each, "id_hotel") != settings_.hotel_id) continue;
    type.name = name->second;
    types.push_back(std::move(type));
  }
  name_types(types, settings_);
  if (types.empty())
    throw error(AGENTE_E_CONFIG,
                "hotel " + std::to_string(settings_.hotel_id) +
                    " of QloApps has no room type that we know; set room_types: {double: ID}, with the "
                    "ids from Catalog, Manage Room Types");
  return types;
}

std::vector<Type> Catalogue::types(agente::call call) {
  const auto now = host_.now();
  {
    const std::lock_guard lock(mutex_);
    if (!known_.empty() && now - known_since_ < kKept && now >= known_since_) return known_;
  }
  auto types = load(call);  // not under the lock: the others need not wait for QloApps
  const std::lock_guard lock(mutex_);
  known_ = types;
  known_since_ = now;
  return types;
}

Type Catalogue::type(std::string_view word, agente::call call) {
  const auto all = types(call);
  const auto found = std::find_if(all.begin(), all.end(), [&](const Type& type) { return type.word == word; });
  if (found == all.end())
    throw error(AGENTE_E_NOT_FOUND,
                "there is no room type \"" + std::string{word} + "\" here, but " + words_given(all));
  return *found;
}

}  // namespace qloapps
