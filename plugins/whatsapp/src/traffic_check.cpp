#include "traffic_check.hpp"

#include "graph_get.hpp"

namespace agente::whatsapp {

check check_traffic(const Doorbell& bell, time_point now) {
  constexpr std::chrono::hours kLong{1};
  constexpr std::uint64_t kMany = 5;  // anybody may knock
  try {
    const auto heard = bell.heard();
    const bool verified = heard.last && now - *heard.last < kLong;
    if (heard.refused >= kMany && !verified)
      return bad(kTraffic, bell.in_words(), "check app_secret, and whether a proxy changes bodies");
    auto result = good(kTraffic);
    result.cause = bell.in_words();
    if (!heard.last)
      result.remedy =
          "real traffic needs the app switched to Live (App Mode in its dashboard at Meta), and the callback "
          "with the field messages: `agentctl whatsapp webhook set`";
    return result;
  } catch (const error& e) {
    return bad(kTraffic, std::string{"when webhooks came is not known: "} + e.what(), "see the store");
  }
}

}  // namespace agente::whatsapp
