#include "telemetry/metrics_catalogue.hpp"

#include <array>

namespace agente {

std::span<const MetricEntry> metrics_catalogue() {
  using enum MetricType;
  static constexpr std::array kEntries = {
      MetricEntry{"whatsapp_messages_total", kCounter, "WhatsApp messages by direction and final status"},
      MetricEntry{"gmail_emails_total", kCounter, "E-mails by direction and final status"},
      MetricEntry{"channel_messages_total", kCounter, "Messages of every channel by direction and final status"},
      MetricEntry{"channel_account_parked", kGauge,
                  "1 while nothing can be sent from an account until a person has repaired something; else 0"},
      MetricEntry{"channel_self_test_ok", kGauge,
                  "1 when a channel's last self-test found nothing wrong, else 0; NaN when it is asked no more"},
      MetricEntry{"pms_circuit_breaker_state", kGauge, "0 closed, 1 open, 2 half-open"},
      MetricEntry{"pms_calls_total", kCounter, "Calls to the PMS by backend, call and outcome"},
      MetricEntry{"hotel_occupancy_rate", kGauge,
                  "Percent of a hotel's rooms in which somebody sleeps tonight; NaN when it is not known"},
      MetricEntry{"hotel_occupancy_age_seconds", kGauge,
                  "How old a hotel's occupancy is: since when nothing was heard of its PMS; NaN when never"},
      MetricEntry{"http_requests_total", kCounter, "Requests by route pattern, method and status"},
      MetricEntry{"http_request_duration_seconds", kHistogram, "Time to answer a request"},
      MetricEntry{"webhook_ack_seconds", kHistogram, "Time from a provider's request to its durable acknowledgement"},
      MetricEntry{"whatsapp_webhook_rejected_total", kCounter, "WhatsApp webhooks refused, by reason"},
      MetricEntry{"queue_depth", kGauge,
                  "What waits, by queue: inbound and outbound messages; intake and store, requests not yet written"},
      MetricEntry{"queue_oldest_seconds", kGauge, "How long the oldest has waited, by queue"},
      MetricEntry{"plugin_calls_total", kCounter, "Calls into plugins by plugin, call and outcome"},
      MetricEntry{"plugin_call_seconds", kHistogram, "Time of a call into a plugin"},
      MetricEntry{"plugin_generation", kGauge, "Live generation of each instance; 0 none"},
      MetricEntry{"plugin_resident_images", kGauge, "Images of a plugin mapped in the process"},
      MetricEntry{"plugin_crashes_total", kCounter, "Deaths of a plugin's own process, by plugin and instance"},
      MetricEntry{"plugin_reloads_total", kCounter, "Upgrades by plugin and outcome"},
      MetricEntry{"host_parts", kGauge, "Of the 32 parts of the guests, those that this host works for"},
      MetricEntry{"plugin_swap_seconds", kHistogram,
                  "From the swap of an instance's generations until the old one takes no more calls"},
      MetricEntry{"plugin_stuck_generations", kGauge, "Replaced generations that never ended"},
      MetricEntry{"guest_response_seconds", kHistogram, "From a guest's message to the first reply sent"},
      MetricEntry{"store_write_seconds", kHistogram, "Time of a durable write"},
      MetricEntry{"cache_requests_total", kCounter, "Requests to the cache by outcome; error: Redis did not answer"},
      MetricEntry{"cache_hit_ratio", kGauge, "Part of the values asked of the cache that it had, since the start"},
      MetricEntry{"cache_up", kGauge, "1 while the cache serves, 0 while its Redis is away"},
      MetricEntry{"retention_removed_total", kCounter, "Old rows removed, by table"},
      MetricEntry{"build_info", kGauge, "Always 1; the version is a label"},
  };
  return kEntries;
}

}  // namespace agente
