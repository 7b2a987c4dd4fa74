#include <algorithm>
#include <cstdlib>
#include <memory>

#include <utf8proc.h>

#include "concierge/turn.hpp"

namespace agente::concierge {
namespace {

std::string name_in(const plugins::RoomType& type, std::string_view language) {
  return language == "en" ? type.name_en : language == "pt" ? type.name_pt : type.name_es;
}

}  // namespace

std::string long_date(const Catalogue& words, Day day) {
  const std::chrono::year_month_day date(day);
  const auto weekday = std::chrono::weekday(day).c_encoding();
  const auto month = static_cast<unsigned>(date.month()) - 1;
  return words.text("date_long", {{"weekday", words.list("weekdays").at(weekday)},
                                  {"day", std::to_string(static_cast<unsigned>(date.day()))},
                                  {"month", words.list("months").at(month)},
                                  {"year", std::to_string(static_cast<int>(date.year()))}});
}

std::string counted(const Catalogue& words, std::string_view what, int n) {
  return words.text(std::string(what) + (n == 1 ? "_one" : "_other"), {{"n", std::to_string(n)}});
}

std::string room_word(const Turn& turn, const std::string& room_type) {
  for (const auto& type : turn.hotel.room_types) {
    if (type.id != room_type) continue;
    if (auto name = name_in(type, turn.talk.language); !name.empty()) return name;
  }
  auto word = turn.words().text("room_" + room_type);
  return word.empty() ? room_type : word;
}

std::string room_of(const Turn& turn, const Draft& stay) {
  const auto word = room_word(turn, stay.room_type.value_or(""));
  const int rooms = stay.rooms.value_or(1);
  return rooms == 1 ? word : turn.words().text("rooms_many", {{"n", std::to_string(rooms)}, {"room", word}});
}

std::string party_word(const Catalogue& words, const Draft& stay) {
  const auto adults = counted(words, "adults", stay.adults.value_or(0));
  const int children = stay.children.value_or(0);
  if (children == 0) return adults;
  return words.text("and", {{"first", adults}, {"second", counted(words, "children", children)}});
}

std::string stay_word(const Catalogue& words, const Draft& stay) {
  if (!stay.checkin || !stay.checkout) return {};
  return words.text("stay", {{"checkin_long", long_date(words, *stay.checkin)},
                             {"checkout_long", long_date(words, *stay.checkout)},
                             {"nights", counted(words, "nights", nights_between(*stay.checkin, *stay.checkout))}});
}

std::string folded(std::string_view text) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK |
                                                      UTF8PROC_CASEFOLD | UTF8PROC_STRIPCC);
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                 static_cast<utf8proc_ssize_t>(text.size()), &mapped, options);
  if (size < 0) return " ";
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(mapped, &std::free);
  std::string out = " ";
  for (utf8proc_ssize_t i = 0; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(mapped[i]);
    const bool letter = byte >= 0x80 || std::isalnum(byte) != 0;
    if (letter) {
      out += static_cast<char>(byte);
    } else if (out.back() != ' ') {
      out += ' ';
    }
  }
  if (out.back() != ' ') out += ' ';
  return out;
}

bool contains_phrase(std::string_view text, const std::vector<std::string>& phrases) {
  const auto in = folded(text);
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](const std::string& phrase) { return in.find(" " + phrase + " ") != std::string::npos; });
}

}  // namespace agente::concierge
