#include "pms/turnstile.hpp"

#include <thread>

namespace agente::pms {
namespace {
constexpr Millis kLook{20};  // a booking takes tens of milliseconds at the least
}

std::unique_ptr<Turnstile::Pass> Turnstile::pass(Millis limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  const auto ticket = here_.take(until, [] { return false; });
  if (ticket == 0) return nullptr;
  auto pass = std::make_unique<Pass>(*this, ticket);
  if (turn_.host.empty() || take_from_other_hosts(until)) return pass;
  return nullptr;
}

bool Turnstile::take_from_other_hosts(Steady until) const {
  for (;;) {
    bool ours = false;
    const auto asked =
        store_.write([&](store::sql::Connection& connection) { ours = store::pms_turns::take(connection, turn_); });
    if (asked && ours) return true;
    if (!asked || std::chrono::steady_clock::now() + kLook > until) return false;
    std::this_thread::sleep_for(kLook);
  }
}

void Turnstile::tidy() {
  if (!owed_) return;
  const auto ticket = here_.take(std::chrono::steady_clock::now(), [] { return false; });
  if (ticket != 0) const Pass gives_it_back(*this, ticket);  // else who has it now will
}

Turnstile::Pass::~Pass() {
  if (!of_->turn_.host.empty()) {
    of_->owed_ = !of_->store_.write(
        [&](store::sql::Connection& connection) { store::pms_turns::give_back(connection, of_->turn_); });
  }
  of_->here_.give_back(ticket_);
}

}  // namespace agente::pms
