#include "crowd.hpp"

#include <algorithm>
#include <array>

namespace agente::e2e {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::array kMonths{"enero", "febrero", "marzo",  "abril",      "mayo",
                             "junio", "julio",   "agosto", "septiembre", "octubre"};
constexpr milliseconds kPatience{1'000};  // before the hotel's system is tried again: the bot asked for minutes

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

bool asks_for_patience(const std::string& text) {
  return has(text, "tarda un poco más") || has(text, "Sigo esperando la respuesta");
}

bool is_sold_out(const std::string& text) { return has(text, "no tiene disponibilidad") || has(text, "no nos queda"); }

}  // namespace

Crowd::Crowd(Stage& stage, int guests, int first, int of_a_stay) : stage_(stage) {
  for (int i = first; i < first + guests; ++i) {
    const auto* month = kMonths.at(static_cast<std::size_t>(i / of_a_stay));
    guests_.push_back({.number = "34600" + std::to_string(700'000 + i),
                       .wish = std::string("una doble del 12 al 15 de ") + month + " para 2 personas"});
  }
}

bool Crowd::talks(Until until, int seconds) {
  return eventually(
      [&] {
        round(until);
        return has_come(until);
      },
      seconds);
}

bool Crowd::has_come(Until until) const {
  return std::ranges::all_of(guests_, [until](const Guest& guest) {
    return guest.over || (until == Until::kQuestion && guest.state == "awaiting_confirmation");
  });
}

void Crowd::round(Until until) {
  for (auto& guest : guests_) {
    if (guest.over) continue;
    if (guest.said > 0) look_at(guest);
    if (guest.answered && !guest.waits && steady_clock::now() >= guest.patient_until) go_on(guest, until);
  }
}

void Crowd::look_at(Guest& guest) const {
  const auto talk = stage_.conversation("whatsapp", guest.number);
  if (!talk.is_object() || !talk.contains("turns") || talk["turns"].empty()) return;
  int heard_of_him = 0;
  for (const auto& turn : talk["turns"]) heard_of_him += turn["from"] == "guest" ? 1 : 0;
  const auto& last = talk["turns"].back();
  guest.answered = heard_of_him == guest.said && last["from"] == "hotel";
  if (!guest.answered) return;
  const auto text = last["text"].get<std::string>();
  const bool is_news = text != guest.heard;
  guest.heard = text;
  guest.state = talk.value("state", "");
  guest.waits = asks_for_patience(guest.heard);
  guest.over = guest.state == "confirmed" || guest.state == "handoff" || is_sold_out(guest.heard);
  if (is_news && has(guest.heard, "no puedo consultar")) guest.patient_until = steady_clock::now() + kPatience;
}

void Crowd::go_on(Guest& guest, Until until) {
  if (guest.over) return;
  if (guest.state == "awaiting_confirmation") {
    if (until == Until::kEnd) say(guest, "sí");
    return;
  }
  if (has(guest.heard, "¿A nombre de quién")) return say(guest, "Lucía Fernández");
  say(guest, (guest.said == 0 ? "Hola, quiero reservar " : "Quiero reservar ") + guest.wish);
}

void Crowd::say(Guest& guest, const std::string& text) {
  const auto asked = steady_clock::now();
  const auto status = stage_.guest_writes(guest.number, text, guest.number + "." + std::to_string(guest.said + 1));
  took_.push_back(std::chrono::duration_cast<milliseconds>(steady_clock::now() - asked));
  if (status != 200) {
    ++refused_;
    return;  // as a provider would, the same again in the next round
  }
  ++guest.said;
  guest.answered = false;
}

milliseconds Crowd::typical_webhook() const {
  auto sorted = took_;
  std::ranges::sort(sorted);
  return sorted.at(sorted.size() / 2);
}

int Crowd::waiting() const {
  return static_cast<int>(std::ranges::count_if(guests_, [](const Guest& guest) { return guest.waits; }));
}

int Crowd::booked() const {
  return static_cast<int>(std::ranges::count(guests_, std::string("confirmed"), &Guest::state));
}

std::vector<std::string> Crowd::numbers() const {
  std::vector<std::string> numbers;
  numbers.reserve(guests_.size());
  for (const auto& guest : guests_) numbers.push_back(guest.number);
  return numbers;
}

std::string Crowd::where_they_are() const {
  std::string all;
  for (const auto& guest : guests_) {
    all += guest.number + (guest.over ? " (over) " : " ") + guest.state + ": " + guest.heard + "\n";
  }
  return all;
}

}  // namespace agente::e2e
