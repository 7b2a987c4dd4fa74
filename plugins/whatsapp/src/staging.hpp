/// From a parsed webhook into the host's inbox.
#pragma once

#include <string_view>

#include <agente/sdk.hpp>

#include "guestbook.hpp"
#include "marketing_stops.hpp"
#include "pace.hpp"
#include "standing.hpp"
#include "webhook_body.hpp"

namespace agente::whatsapp {

/// One call may stage 10,000 things, and what is learnt of the guests is among them; Meta sends 1000 events at most.
inline constexpr std::size_t kMostEvents = 6'000;

/// Who learns from what is staged.
struct Told {
  Guestbook& guests;
  Standing& standing;
  const MarketingStops& stops;
  Pace& numbers;
  std::string_view waba_id = {};  ///< ours; empty: it is not known
};

/// Stages every message, under the sender that the guestbook knows, and every status, and counts all that came by kind
/// in whatsapp_webhook_events_total{kind}. What belongs to none of our numbers, or to another WhatsApp Business
/// Account, is counted and left out. Throws what the inbox throws otherwise.
void stage(const host& services, const Told& told, const WebhookBody& body, call here);

/// Exports whatsapp_webhook_events_total at zero.
void declare_events(const host& services);

}  // namespace agente::whatsapp
