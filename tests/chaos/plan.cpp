#include "plan.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>
#include <stdexcept>

#include "dice.hpp"

namespace agente::chaos {
namespace {

constexpr std::int64_t kHour = 3'600'000;

struct About {
  Fault fault;
  const char* name;
  int per_minute;  ///< 0: all the time
  bool servers;    ///< only where PostgreSQL, Redis and several hosts are
};

constexpr std::array kAbout{
    About{Fault::kKillHost, "kill-host", 6, false},        About{Fault::kKillPoint, "kill-point", 5, false},
    About{Fault::kPauseHost, "pause-host", 2, false},      About{Fault::kShiftClock, "shift-clock", 3, false},
    About{Fault::kKillPostgres, "kill-postgres", 1, true}, About{Fault::kRestartPostgres, "restart-postgres", 1, true},
    About{Fault::kKillRedis, "kill-redis", 1, true},       About{Fault::kFlushRedis, "flush-redis", 2, true},
    About{Fault::kCutPostgres, "cut-postgres", 4, true},   About{Fault::kCutRedis, "cut-redis", 3, true},
    About{Fault::kCutProvider, "cut-provider", 6, false},  About{Fault::kCutDoor, "cut-door", 4, false},
    About{Fault::kSlowDisk, "slow-disk", 2, false},        About{Fault::kProvider, "provider", 0, false},
    About{Fault::kDuplicates, "duplicates", 0, false},
};

constexpr std::array kPoints{"intake.before_commit", "intake.after_commit",  "turn.before_commit",
                             "turn.after_commit",    "pms.before_call",      "pms.after_call",
                             "pms.after_outcome",    "delivery.before_send", "delivery.after_send",
                             "delivery.after_commit"};

constexpr std::array kFirstNames{"Ana",   "Luis",   "Marta", "Jorge", "Elena",
                                 "Pablo", "Carmen", "Diego", "Rosa",  "Andrés"};
constexpr std::array kLastNames{"Bello",  "Castro",  "Durán",  "Esteban", "Ferrer", "Gallego", "Herrero",
                                "Ibáñez", "Lozano",  "Molina", "Navarro", "Ortega", "Prieto",  "Quintana",
                                "Romero", "Sánchez", "Torres", "Vidal",   "Zamora", "Blanco"};

const About& about(Fault fault) {
  return *std::ranges::find_if(kAbout, [&](const About& one) { return one.fault == fault; });
}

const About& find(const std::string& name) {
  const auto* found = std::ranges::find_if(kAbout, [&](const About& one) { return one.name == name; });
  if (found != kAbout.end()) return *found;
  std::string names;
  for (const auto& one : kAbout) names.append(" ").append(one.name);
  throw std::invalid_argument("no fault '" + name + "'; there are: all none" + names);
}

int usual(const About& one, int seconds) { return one.per_minute * seconds / 60; }

Faults read_faults(const Wanted& wanted) {
  Faults faults;
  if (wanted.faults == "none") return faults;
  if (wanted.faults == "all") {
    for (const auto& one : kAbout) {
      if (wanted.servers || !one.servers) faults[one.fault] = usual(one, wanted.seconds);
    }
    return faults;
  }
  std::istringstream words(wanted.faults);
  for (std::string word; std::getline(words, word, ',');) {
    const auto equals = word.find('=');
    const auto& one = find(word.substr(0, equals));
    if (one.servers && !wanted.servers) throw std::invalid_argument(word + " needs --store servers");
    faults[one.fault] = equals == std::string::npos ? usual(one, wanted.seconds) : std::stoi(word.substr(equals + 1));
  }
  return faults;
}

std::int64_t lasting(Fault fault, Dice& dice) {
  switch (fault) {
    case Fault::kPauseHost:
      return 8'000;  // the lease is 6 s
    case Fault::kShiftClock:
      return dice.between(5'000, 20'000);
    case Fault::kSlowDisk:
      return dice.between(2'000, 8'000);
    case Fault::kKillPoint:
      return dice.between(100, 2'000);
    default:
      return dice.between(100, 5'000);
  }
}

Blow blow_of(Fault fault, std::int64_t at, const Wanted& wanted, Dice& dice) {
  Blow blow{.at_ms = at, .fault = fault, .host = static_cast<int>(dice.between(0, wanted.hosts - 1))};
  blow.lasts_ms = lasting(fault, dice);
  if (fault == Fault::kShiftClock) blow.amount = (dice.one_in(2) ? 1 : -1) * dice.between(2 * kHour, 6 * kHour);
  if (fault == Fault::kSlowDisk) blow.amount = dice.between(20, 200);
  if (fault == Fault::kKillPoint) {
    blow.point = kPoints.at(static_cast<std::size_t>(dice.between(0, kPoints.size() - 1)));
    blow.amount = dice.between(1, 5);
  }
  return blow;
}

/// `count` times, spread over the run: one in each part of it.
void plan_blows(Fault fault, int count, const Wanted& wanted, std::vector<Blow>& blows) {
  if (about(fault).per_minute == 0) return;
  Dice dice(wanted.seed, 1'000 + static_cast<std::uint64_t>(fault));
  const auto part = std::int64_t{wanted.seconds} * 1'000 / std::max(count, 1);
  for (int i = 0; i < count; ++i) blows.push_back(blow_of(fault, i * part + dice.between(0, part - 1), wanted, dice));
}

std::string day_of(int day) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "2026-03-%02d", day);
  return text.data();
}

/// Names differ in any two guests of a run of 200, so that nobody gets another's reply unnoticed.
Talk talk_of(int number, const Wanted& wanted) {
  Dice dice(wanted.seed, 1'000'000 + static_cast<std::uint64_t>(number));
  const auto index = static_cast<std::size_t>(number);
  const int checkin = static_cast<int>(dice.between(1, 20));
  const int checkout = checkin + static_cast<int>(dice.between(2, 6));
  Talk talk{.guest = {.number = "34600" + std::to_string(200'000 + number),
                      .wish = {.name = std::string(kFirstNames.at(index % kFirstNames.size())) + " " +
                                       kLastNames.at(index / kFirstNames.size() % kLastNames.size()),
                               .room_type = "double",
                               .checkin = day_of(checkin),
                               .checkout = day_of(checkout),
                               .adults = 2}}};
  talk.hasty = dice.one_in(4);
  for (int i = 0; i < 3; ++i) talk.moments_ms.push_back(dice.between(0, std::int64_t{wanted.seconds} * 900));
  std::ranges::sort(talk.moments_ms);
  return talk;
}

}  // namespace

const char* name_of(Fault fault) { return about(fault).name; }

Plan make_plan(const Wanted& wanted) {
  Plan plan{.faults = read_faults(wanted)};
  for (const auto& [fault, count] : plan.faults) plan_blows(fault, count, wanted, plan.blows);
  std::ranges::stable_sort(plan.blows, {}, &Blow::at_ms);
  for (int i = 0; i < wanted.guests; ++i) plan.talks.push_back(talk_of(i, wanted));
  return plan;
}

std::string in_words(const Blow& blow) {
  std::array<char, 160> text{};
  std::snprintf(text.data(), text.size(), "%7.2f s  %-16s host %d  %.1f s", static_cast<double>(blow.at_ms) / 1000,
                name_of(blow.fault), blow.host, static_cast<double>(blow.lasts_ms) / 1000);
  std::string words = text.data();
  if (!blow.point.empty()) words += "  " + blow.point + ":" + std::to_string(blow.amount);
  if (blow.point.empty() && blow.amount != 0) words += "  " + std::to_string(blow.amount) + " ms";
  return words;
}

}  // namespace agente::chaos
