#include "store/postgres_refusal.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>

#include <libpq-fe.h>
#include <poll.h>

namespace agente::store {

namespace {

constexpr Millis kLongest{5'000};

using Attempt = std::unique_ptr<PGconn, decltype(&PQfinish)>;

bool wait_for(const PGconn* attempt, PostgresPollingStatusType what, Steady until) {
  const auto left = std::chrono::duration_cast<Millis>(until - std::chrono::steady_clock::now());
  pollfd socket{.fd = PQsocket(attempt),
                .events = static_cast<short>(what == PGRES_POLLING_READING ? POLLIN : POLLOUT),
                .revents = 0};
  return left > Millis{0} && ::poll(&socket, 1, static_cast<int>(left.count())) > 0;
}

bool is_state(std::string_view word) {
  return word.size() == 5 && std::all_of(word.begin(), word.end(),
                                         [](unsigned char c) { return std::isdigit(c) != 0 || std::isupper(c) != 0; });
}

/// The last word of a line: "... failed: FATAL:  28P01". Of several attempts the last one counts.
std::string last_state(std::string_view message) {
  std::string state;
  while (!message.empty()) {
    const auto line = message.substr(0, message.find('\n'));
    const auto word = line.substr(line.find_last_of(' ') + 1);
    if (is_state(word)) state = word;
    message.remove_prefix(std::min(message.size(), line.size() + 1));
  }
  return state;
}

}  // namespace

std::string refusal_state(const PostgresAddress& address) {
  const auto until = std::chrono::steady_clock::now() + kLongest;
  const Attempt attempt(PQconnectStart(address.settings({}).c_str()), PQfinish);
  if (!attempt || PQstatus(attempt.get()) == CONNECTION_BAD) return {};
  PQsetErrorVerbosity(attempt.get(), PQERRORS_SQLSTATE);
  auto step = PGRES_POLLING_WRITING;
  while (step == PGRES_POLLING_READING || step == PGRES_POLLING_WRITING) {
    if (!wait_for(attempt.get(), step, until)) return {};
    step = PQconnectPoll(attempt.get());
  }
  return step == PGRES_POLLING_FAILED ? last_state(PQerrorMessage(attempt.get())) : std::string();
}

bool needs_a_person(std::string_view state, std::string_view words) {
  constexpr std::array<std::string_view, 3> kStates{"28", "3D", "42501"};  // who we are, which database, what we may
  constexpr std::array<std::string_view, 3> kWords{"no password supplied", "does not support SSL", "certificate"};
  const auto tells = [&](std::string_view each) { return words.find(each) != std::string_view::npos; };
  if (!state.empty()) return std::any_of(kStates.begin(), kStates.end(), [&](auto s) { return state.starts_with(s); });
  return std::any_of(kWords.begin(), kWords.end(), tells);
}

}  // namespace agente::store
