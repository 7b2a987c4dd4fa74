#include "traffic_check.hpp"

#include "graph_get.hpp"

namespace agente::whatsapp {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kMany = 5;  // anybody may knock
constexpr const char* kWayOfWebhooks =
    "real traffic needs the app switched to Live (App Mode in its dashboard at Meta), and the callback with the field "
    "messages: `agentctl whatsapp webhook set`";

check judged(const Doorbell::Heard& heard, time_point now) {
  const auto words = in_words(heard, now);
  if (heard.refused >= kMany && !(heard.last && now - *heard.last < 1h))
    return bad(kTraffic, words, "check app_secret, and whether a proxy changes bodies");
  if (heard.sent && now - *heard.sent > 10min)
    return bad(kTraffic, "Meta has told nothing of what was sent for 10 minutes: " + words, kWayOfWebhooks);
  auto result = good(kTraffic);
  result.cause = words;
  if (!heard.last || now - *heard.last > 24h) result.remedy = kWayOfWebhooks;
  return result;
}

}  // namespace

check check_traffic(Doorbell& bell, time_point now) {
  try {
    return judged(bell.heard(), now);
  } catch (const error& e) {
    return bad(kTraffic, std::string{"when webhooks came is not known: "} + e.what(), "see the store");
  }
}

}  // namespace agente::whatsapp
