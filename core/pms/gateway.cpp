#include "pms/gateway.hpp"

#include <utility>

#include "pms/guarded.hpp"
#include "telemetry/log.hpp"

namespace agente::pms {

using plugins::Booking;
using plugins::Offer;
using plugins::RoomType;

Gateway::Gateway(std::string hotel, plugins::PmsBackend& backend, store::Store& store, const Clock& clock,
                 GatewaySettings settings, GatewayMetrics metrics)
    : hotel_(std::move(hotel)),
      backend_(backend),
      store_(store),
      clock_(clock),
      settings_(std::move(settings)),
      metrics_(std::move(metrics)),
      breaker_(clock, settings_.breaker_pause),
      doubts_(clock),
      own_turnstile_(store, {.hotel = hotel_, .backend = backend_.plugin(), .host = {}}),
      turnstile_(settings_.turnstile != nullptr ? *settings_.turnstile : own_turnstile_),
      cached_(settings_.cache, hotel_, backend_.plugin(), clock,
              {.fresh = settings_.availability_ttl, .stale = settings_.availability_stale}) {
  cached_.forget();  // an earlier gateway may have talked to another PMS under the same name
}

Result<std::vector<RoomType>> Gateway::rooms(std::string_view trace) {
  return guarded<std::vector<RoomType>>("rooms", trace, [&] { return backend_.rooms(trace); });
}

std::vector<Offer> Gateway::ours(std::vector<Offer> offers) const {
  for (auto& offer : offers) offer.backend = backend();
  return offers;
}

Result<std::vector<Offer>> Gateway::stale(const plugins::StayQuery& query, const Error& why, std::string_view trace) {
  const bool silent = why.code == Code::kRetry || why.code == Code::kRate || why.code == Code::kTimeout;
  auto offers = silent ? cached_.last_known(query) : std::nullopt;
  if (!offers) return why;
  metrics_.call(backend(), "availability", "stale");
  log::info("PMS", "cannot be asked: offers of " + format_time(*offers->front().as_of) + " are shown as such",
            {{"hotel", hotel_}, {"backend", backend()}, {"trace", trace}});
  return ours(std::move(*offers));
}

Result<std::vector<Offer>> Gateway::availability(const plugins::StayQuery& query, std::string_view trace) {
  const auto stamp = cached_.stamp();  // before the PMS answers: a write in between outdates what it says
  if (auto offers = cached_.find(stamp, query)) return ours(std::move(*offers));
  auto asked = guarded<std::vector<Offer>>("availability", trace, [&] { return backend_.availability(query, trace); });
  if (!asked) return stale(query, asked.error(), trace);
  cached_.keep(stamp, query, *asked);
  return ours(std::move(*asked));
}

Result<Booking> Gateway::find(std::string_view booking_id, std::string_view trace) {
  auto found = guarded<Booking>("get", trace, [&] { return backend_.get(booking_id, trace); });
  if (found) found->backend = backend();
  return found;
}

Result<void> Gateway::health(std::string_view trace) {
  auto healthy = backend_.health(trace);
  metrics_.call(backend(), "health", healthy ? "ok" : "failed");
  return healthy;
}

BreakerStatus Gateway::breaker_status() const { return breaker_.status(); }

std::optional<Breaker::Pass> Gateway::permission() {
  const auto pass = breaker_.allow();
  if (pass && pass->is_probe()) {
    log::info("PMS", "breaker half-open: one call tries whether it answers",
              {{"hotel", hotel_}, {"backend", backend()}});
  }
  return pass;
}

void Gateway::note(Breaker::Pass pass, const Ended& ended, std::string_view trace) {
  const auto* error = ended.error;
  metrics_.call(backend(), ended.call, error == nullptr ? "ok" : outcome_label(error->code));
  const auto sign = error == nullptr ? Sign::kAnswers : sign_of(error->code);
  const auto changed = breaker_.report(pass, sign);
  if (error != nullptr) {
    log::write(sign == Sign::kFails ? log::Level::kWarn : log::Level::kInfo, "PMS",
               std::string(ended.call) + " answered: " + error->text,
               {{"hotel", hotel_}, {"backend", backend()}, {"trace", trace}});
  }
  if (!changed) return;
  log::warn("PMS", *changed == BreakerState::kOpen ? "breaker opened: calls stop until it answers" : "breaker closed",
            {{"hotel", hotel_}, {"backend", backend()}});
}

}  // namespace agente::pms
