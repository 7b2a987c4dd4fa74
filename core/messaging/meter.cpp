#include "messaging/meter.hpp"

#include <array>
#include <utility>

namespace agente::messaging {

Meter::Meter(Metrics& metrics, PluginOf plugin_of) : metrics_(metrics), plugin_of_(std::move(plugin_of)) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kSeries = {{{"in", "received"},
                                                                                            {"in", "duplicate"},
                                                                                            {"in", "processed"},
                                                                                            {"in", "failed"},
                                                                                            {"out", "sent"},
                                                                                            {"out", "delivered"},
                                                                                            {"out", "failed"}}};
  for (const auto* name : {"whatsapp_messages_total", "gmail_emails_total"}) {
    for (const auto& [direction, status] : kSeries) {
      metrics_.add(name, {{"direction", std::string(direction)}, {"status", std::string(status)}}, 0);
    }
  }
}

void Meter::inbound(std::string_view channel, std::string_view status, double count_of) {
  count(channel, "in", status, count_of);
}

void Meter::outbound(std::string_view channel, std::string_view status) { count(channel, "out", status, 1); }

void Meter::replied(double seconds_after_the_message) {
  metrics_.observe("guest_response_seconds", {}, seconds_after_the_message);
}

void Meter::count(std::string_view channel, std::string_view direction, std::string_view status, double by) {
  const Metrics::Labels labels{{"direction", std::string(direction)}, {"status", std::string(status)}};
  const auto plugin = plugin_of_(channel);
  if (plugin == "whatsapp") metrics_.add("whatsapp_messages_total", labels, by);
  if (plugin == "gmail") metrics_.add("gmail_emails_total", labels, by);
  auto with_channel = labels;
  with_channel.emplace("channel", channel);
  metrics_.add("channel_messages_total", with_channel, by);
}

}  // namespace agente::messaging
