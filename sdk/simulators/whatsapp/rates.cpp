#include "simulators/whatsapp/rates.hpp"

#include <algorithm>

namespace agente::sim::whatsapp {
namespace {

using namespace std::chrono_literals;

constexpr int kRateHit = 130429;
constexpr int kPairRateHit = 131056;
constexpr auto kPairCost = 6s;
constexpr int kPairBurst = 45;
constexpr std::size_t kManyGuests = 100'000;

}  // namespace

Rates::Rates(const Options& options)
    : number_{std::chrono::duration_cast<Span>(std::chrono::duration<double>(1 / options.rate)), 1s},
      pair_{kPairCost, kPairCost * kPairBurst},
      pair_limit_(options.pair_limit),
      app_{options.calls_an_hour > 0
               ? std::chrono::duration_cast<Span>(std::chrono::duration<double>(3600 / options.calls_an_hour))
               : Span{0},
           1h} {}

std::optional<int> Rates::take(const std::string& number, const std::string& guest, Moment now) {
  const std::lock_guard lock(mutex_);
  const auto pair = number + '/' + guest;
  const auto number_debt = after_one_more(numbers_, number, number_, now);
  if (!number_debt) return kRateHit;
  const auto pair_debt = after_one_more(pairs_, pair, pair_, now);
  if (pair_limit_ && !pair_debt) return kPairRateHit;
  keep(numbers_, number, *number_debt, now);
  if (pair_limit_) keep(pairs_, pair, *pair_debt, now);
  return std::nullopt;
}

std::optional<Rates::Span> Rates::take_call(Moment now) {
  const std::lock_guard lock(mutex_);
  const auto debt = after_one_more(app_calls_, "", app_, now);
  if (!debt) return app_calls_.at("") + app_.cost - app_.allowed - now;
  if (app_.cost > Span{0}) keep(app_calls_, "", *debt, now);
  return std::nullopt;
}

std::optional<Rates::Moment> Rates::after_one_more(const Debts& debts, const std::string& who, Limit limit,
                                                   Moment now) {
  const auto found = debts.find(who);
  const auto debt = std::max(found == debts.end() ? now : found->second, now) + limit.cost;
  if (debt - now > limit.allowed) return std::nullopt;
  return debt;
}

void Rates::keep(Debts& debts, const std::string& who, Moment debt, Moment now) {
  if (debts.size() >= kManyGuests) std::erase_if(debts, [&](const auto& entry) { return entry.second <= now; });
  debts[who] = debt;
}

void Rates::clear() {
  const std::lock_guard lock(mutex_);
  numbers_.clear();
  pairs_.clear();
  app_calls_.clear();
}

}  // namespace agente::sim::whatsapp
