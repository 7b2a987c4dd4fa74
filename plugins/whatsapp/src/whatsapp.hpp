/// The channel: Meta's WhatsApp Business Cloud API.
#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include <agente/sdk.hpp>
#include <agente_schema.hpp>

#include "doorbell.hpp"
#include "graph_errors.hpp"
#include "guestbook.hpp"
#include "marketing_stops.hpp"
#include "pace.hpp"
#include "quarantine.hpp"
#include "rejections.hpp"
#include "settings.hpp"
#include "standing.hpp"
#include "template_list.hpp"
#include "webhook_body.hpp"

namespace agente::whatsapp {

/// Guests' messages from signed webhooks, ours through Graph. The accounts are phone number ids.
///
/// No `lookup`: Graph cannot be asked for a message by our key. Whether a doubtful send went through is told by its
/// status, which carries the key. Thread-safe.
class WhatsApp {
 public:
  static constexpr std::string_view id = "whatsapp";
  static constexpr std::string_view version = "0.1.0";
  static constexpr std::string_view schema = agente_schema;

  WhatsApp(host services, std::string_view config_json);

  std::string send(const outbound& message, call here);
  http_out on_http(const http_in& request, call here);
  std::vector<check> self_test(call here);
  void seen(const seen_message& message, call here);
  media fetch(const media_request& request, call here);
  std::string upload(const media_file& file, call here);

 private:
  [[nodiscard]] http_out take_webhook(const http_in& request, call here);
  [[nodiscard]] http_out set_aside(std::string_view body, call here);
  [[nodiscard]] bool is_genuine(const http_in& request, call here);
  [[nodiscard]] bool is_test(const http_in& request, std::string_view signature) const;
  void note_secret(std::size_t which, std::size_t of, call here);
  [[nodiscard]] http_response post(const outbound& message, std::string_view number, call here);
  [[nodiscard]] std::string carry(const outbound& message, call here);
  [[nodiscard]] std::string send_as_text(outbound message, call here);
  [[nodiscard]] std::string send_to_other_form(const outbound& message, const std::string& number, call here);
  [[nodiscard]] Refusal note_refusal(const outbound& message, const http_response& answer, call here);
  [[nodiscard]] std::string note_accepted(const outbound& message, const http_response& answer, call here);
  void note_held(const outbound& message, const std::string& how, call here);
  void check_pause(const outbound& message);
  void check_window(const outbound& message) const;
  void check_template(const outbound& message, call here);
  void compare_version(const http_response& answer, call here);
  void compare_clock(const http_response& answer);
  [[nodiscard]] time_point metas_now() const;
  [[nodiscard]] std::optional<check> clock_fault() const;
  void wait_for_turn(const outbound& message);
  void take_from_all_hosts(const std::string& name, const Pace::Limit& limit, const std::string& refusal) const;
  [[nodiscard]] bool is_first_today(std::atomic<std::int64_t>& last) const;

  host host_;
  Settings settings_;
  Guestbook guests_;
  MarketingStops stops_;
  TemplateList templates_;
  Standing standing_;
  Pace numbers_;  ///< of each of ours
  Rejections rejections_;
  Quarantine quarantine_;
  Doorbell doorbell_;
  std::atomic<std::size_t> last_secret_ = 0;
  std::atomic<std::int64_t> last_tested_ = 0;    ///< day since 1970
  std::atomic<std::int64_t> last_compared_ = 0;  ///< likewise: Graph served another version
  std::atomic<std::int64_t> clock_ahead_ms_ = 0;
  std::atomic<std::int64_t> clock_compared_ = 0;  ///< when, in ms since 1970
};

}  // namespace agente::whatsapp
