#include "whatsapp.hpp"

#include <algorithm>

#include "callback_check.hpp"
#include "graph_get.hpp"
#include "handshake.hpp"
#include "numbers.hpp"
#include "retry_after.hpp"
#include "self_check.hpp"
#include "sending.hpp"
#include "signature.hpp"
#include "staging.hpp"
#include "subscription.hpp"
#include "traffic_check.hpp"

namespace agente::whatsapp {
namespace {

constexpr std::string_view kSignature = "x-hub-signature-256";
constexpr std::string_view kTestSignature = "sha256=test";

/// Meta does not like how the message is built, or cannot show it to this guest.
bool is_about_form(const Refusal& refusal) {
  const auto& code = refusal.code;
  return refusal.failure.code() == AGENTE_E_INVALID &&
         (code == "100" || code == "131008" || code == "131009" || code == "131051");
}

/// Of two hosts that come just as evenly one would always be the first at the place that comes back.
std::chrono::milliseconds spread(std::string_view recipient, const Pace::Limit& limit) {
  const auto interval = std::chrono::ceil<std::chrono::milliseconds>(limit.interval).count();
  return std::chrono::milliseconds{std::hash<std::string_view>{}(recipient) % static_cast<std::size_t>(interval)};
}

/// What Meta says of a template that it lists otherwise than we know it.
bool is_about_template(std::string_view code) { return code == "132000" || code == "132001" || code == "132012"; }

/// Below the 45 messages that Meta lets through at once, for those whose answer got lost.
constexpr Pace::Limit kPair{.at_once = 40, .interval = std::chrono::seconds{6}};

/// Only what is said in words again: whoever sent a file would believe that its caption was the file.
bool has_text_instead(const outbound& message) { return message.kind == "choices" || message.kind == "location"; }

bool tells_of_templates(const WebhookBody& body) {
  const auto of_template = [](const Notice& notice) { return notice.about.starts_with("template "); };
  return body.rest.contains("message_template_components_update") ||
         std::any_of(body.notices.begin(), body.notices.end(), of_template);
}

/// Half a second's worth at once, of the whole one that Meta's own count holds: what goes out evenly arrives in
/// bunches.
Pace::Limit limit_of_a_number(const Settings& settings) {
  const auto per_second = settings.messages_per_second;
  if (per_second <= 0) return {.at_once = 0, .interval = {}};
  return {.at_once = std::max<std::int64_t>(per_second / 2, 1),
          .interval = std::chrono::microseconds{1'000'000 / per_second}};
}

}  // namespace

WhatsApp::WhatsApp(host services, std::string_view config_json)
    : host_(services),
      settings_(read_settings(config_json, services.instance().environment)),
      guests_(services),
      stops_(services),
      templates_(services, settings_),
      standing_(services),
      numbers_(limit_of_a_number(settings_)),
      rejections_(services),
      quarantine_(services),
      doorbell_(services) {
  declare_events(host_);
}

std::string WhatsApp::send(const outbound& message, call here) {
  check_account(message.account);
  check_pause(message);
  check_window(message);
  check_template(message, here);
  wait_for_turn(message);
  standing_.admit(message);
  return carry(message, here);
}

/// Before anything is asked of Graph, templates' list included: each question of this time counts against us.
void WhatsApp::check_pause(const outbound& message) {
  const auto left = numbers_.pause_of(message.account, host_.now());
  if (left.count() > 0)
    throw error(AGENTE_E_RATE, "a limit of Meta's is reached, and nothing is asked of it meanwhile", left);
}

/// Meta counts 24 hours from the guest's last message; five minutes of safety, for clocks differ. When he wrote is not
/// always known, and then it is Meta who says.
void WhatsApp::check_window(const outbound& message) const {
  using namespace std::chrono_literals;
  if (message.kind == "template" || message.guest_wrote == time_point{}) return;
  if (host_.now() - message.guest_wrote > 24h - 5min)
    throw error(AGENTE_E_CONFLICT, "the guest has not written for 24 hours: only a template may be sent");
}

void WhatsApp::check_template(const outbound& message, call here) {
  const auto wanted = filling_of(message, settings_);
  if (!wanted) return;
  const auto listed = templates_.check(*wanted, here);
  if (listed && listed->category == "MARKETING" && stops_.has_stopped(message.recipient))
    throw error(AGENTE_E_INVALID, "the guest wants no advertisements, and " + wanted->name + " is one for Meta");
}

/// With a place of the pace: what Meta refuses for its form goes again with the same one.
std::string WhatsApp::carry(const outbound& message, call here) {
  const auto number = guests_.number_of(message.recipient);
  const auto answer = post(message, number, here);
  if (answer.ok()) return note_accepted(message, answer, here);
  const auto refusal = note_refusal(message, answer, here);
  if (is_about_form(refusal) && has_text_instead(message)) return send_as_text(message, here);
  const auto other = is_unknown_number(refusal.code) ? other_form(number) : std::string{};
  if (other.empty()) throw refusal.failure;
  return send_to_other_form(message, other, here);
}

/// The text says the same; a guest who has to type his answer is better than one who hears nothing.
std::string WhatsApp::send_as_text(outbound message, call here) {
  message.kind = "text";
  message.details = {};
  return carry(message, here);
}

/// A guest who was sent too much takes no place of the number's from others; one who waits for the number has taken his
/// own before.
void WhatsApp::wait_for_turn(const outbound& message) {
  if (settings_.messages_per_second <= 0) return;
  const std::string account{message.account};
  if (!numbers_.has_place(account, message.recipient))
    take_from_all_hosts("pair/" + account + "/" + std::string{message.recipient}, kPair,
                        "WhatsApp takes one message each 6 seconds to one guest after a burst");
  const auto limit = limit_of_a_number(settings_);
  const auto wait = numbers_.queue(account, message.recipient, host_.now());
  if (wait.count() > 0)
    throw error(AGENTE_E_RATE, "messages_per_second is reached", wait + spread(message.recipient, limit));
  take_from_all_hosts("number/" + account, limit, "messages_per_second is reached");
}

/// Other hosts may send from the same number, and did so to the same guest before he was ours. Where they cannot be
/// counted together, Meta's 130429 and 131056 slow each of them.
void WhatsApp::take_from_all_hosts(const std::string& name, const Pace::Limit& limit,
                                   const std::string& refusal) const {
  const auto window = std::chrono::ceil<std::chrono::milliseconds>(limit.at_once * limit.interval);
  const auto wait = host_.take(name, static_cast<std::uint32_t>(limit.at_once), window);
  if (wait.count() > 0) throw error(AGENTE_E_RATE, refusal + ", by all hosts together", wait);
}

/// Meta may know a number only the way it does not write it itself (Argentina, Mexico, Brazil).
std::string WhatsApp::send_to_other_form(const outbound& message, const std::string& number, call here) {
  const auto answer = post(message, number, here);
  if (!answer.ok()) throw note_refusal(message, answer, here).failure;
  auto accepted = read_accepted(answer).id;
  guests_.reach(message.recipient, number);
  doorbell_.sent();
  return accepted;
}

std::string WhatsApp::note_accepted(const outbound& message, const http_response& answer, call here) {
  auto accepted = read_accepted(answer);
  guests_.note_form(message.recipient, accepted.number);
  if (accepted.status == "held_for_quality_assessment" || accepted.status == "paused")
    note_held(message, accepted.status, here);
  else
    doorbell_.sent();
  return std::move(accepted.id);
}

/// The message is out: it must not seem to have failed for want of this note.
void WhatsApp::note_held(const outbound& message, const std::string& how, call here) {
  try {
    const auto wanted = filling_of(message, settings_);
    standing_.note(Notice{.about = "template " + (wanted ? wanted->name + " (" + wanted->language + ")" : ""),
                          .topic = "quality",
                          .event = how,
                          .detail = "Meta holds its messages back until it has judged what guests make of them",
                          .news = Notice::News::kBad,
                          .told_ms = to_abi(metas_now())},
                   here);
  } catch (const error&) {  // the store is down
  }
}

Refusal WhatsApp::note_refusal(const outbound& message, const http_response& answer, call here) {
  auto refusal =
      read_refusal(answer, {.number = message.attempt, .now = host_.now(), .is_template = message.kind == "template"});
  host_.warn(here, "Graph refused a message",
             {{"code", refusal.code},
              {"subcode", refusal.subcode},
              {"http", answer.status},
              {"fbtrace_id", refusal.fbtrace_id},
              {"key", message.key}});
  const auto code = refusal.code.empty() ? "http_" + std::to_string(answer.status) : refusal.code;
  host_.count("whatsapp_send_errors_total", 1, {{"account", message.account}, {"code", code}});
  standing_.note_refusal(message.account, refusal, here);
  if (refusal.code == kNumbersThroughput) numbers_.slow_down(message.account, host_.now());
  if (const auto wait = refusal.failure.retry_after(); is_limit_of_all(refusal.code) && wait.count() > 0)
    numbers_.pause(message.account, host_.now(), wait);
  if (refusal.code == kMarketingStopped) stops_.note_stop(message.recipient, true, metas_now());
  if (is_about_template(refusal.code)) templates_.forget();
  return refusal;
}

http_response WhatsApp::post(const outbound& message, std::string_view number, call here) {
  constexpr std::uint32_t kLargestAnswer = 1U << 20U;
  const auto listed = templates_.last_known(message);
  const http_request request{
      .method = "POST",
      .url = settings_.graph_url + "/" + settings_.graph_version + "/" + std::string{message.account} + "/messages",
      .headers = {{"Authorization", "Bearer " + access_token(host_)}, {"Content-Type", "application/json"}},
      .body = message_body(message, settings_, listed ? &*listed : nullptr, number),
      .max_response_bytes = kLargestAnswer};
  try {
    auto answer = host_.http(here, request);
    compare_version(answer, here);
    compare_clock(answer);
    return answer;
  } catch (const error& e) {
    // What we ask is well formed, for account, token and graph_url are looked at before: the answer was too large, and
    // the message may have gone.
    if (e.code() != AGENTE_E_INVALID) throw;
    throw error(AGENTE_E_UNKNOWN_OUTCOME, e.what());
  }
}

http_out WhatsApp::on_http(const http_in& request, call here) {
  if (request.path == "/subscription" && request.trusted) return answer_subscription(request, host_, settings_, here);
  if (!request.path.empty() && request.path != "/") return {.status = 404};
  if (request.method == "GET") return answer_handshake(request.query, host_.find_secret("/verify_token").value_or(""));
  if (request.method == "POST") return take_webhook(request, here);
  return {.status = 405, .headers = {{"Allow", "GET, POST"}}};
}

http_out WhatsApp::take_webhook(const http_in& request, call here) {
  if (!is_genuine(request, here)) {
    const auto signature = request.header(kSignature);
    rejections_.add(request, signature, here);
    if (!signature.empty() && !loop_marker(request.body)) doorbell_.refused();  // our own self-test tries it, too
    return {.status = 401};
  }
  if (auto marker = loop_marker(request.body)) {
    host_.count("whatsapp_webhook_events_total", 1, {{"kind", "self_test"}});
    return {.headers = {{"Content-Type", "text/plain; charset=utf-8"}}, .body = *std::move(marker)};
  }
  doorbell_.rang(here);
  const auto body = parse(request.body);
  if (!body.readable) return set_aside(request.body, here);
  if (body.messages.size() + body.statuses.size() + body.moves.size() + body.preferences.size() > kMostEvents) {
    host_.warn(here, "webhook with more events than Meta ever sends", {{"length", request.body.size()}});
    return {.status = 413};
  }
  stage(host_,
        {.guests = guests_, .standing = standing_, .stops = stops_, .numbers = numbers_, .waba_id = settings_.waba_id},
        body, here);
  if (tells_of_templates(body)) templates_.forget();
  return {};
}

/// Asking for it again would not help.
http_out WhatsApp::set_aside(std::string_view body, call here) {
  host_.count("whatsapp_webhook_events_total", 1, {{"kind", "unreadable"}});
  const auto key = quarantine_.keep(body);
  host_.warn(here, "webhook signed by Meta holds no JSON, or nested too deeply: its bytes are kept in kv",
             {{"length", body.size()}, {"key", key}});
  return {};
}

bool WhatsApp::is_genuine(const http_in& request, call here) {
  const auto signature = request.header(kSignature);
  if (signature.empty()) return false;
  if (is_test(request, signature)) return true;
  const auto secrets = host_.secrets("/app_secret");
  const auto which = signing_secret(signature, request.body, secrets);
  if (which) note_secret(*which, secrets.size(), here);
  return which.has_value();
}

bool WhatsApp::is_test(const http_in& request, std::string_view signature) const {
  return settings_.accept_test_signature && request.trusted && signature == kTestSignature;
}

/// While a secret is being replaced, its owner waits to hear that the new one is in use.
void WhatsApp::note_secret(std::size_t which, std::size_t of, call here) {
  if (of < 2 || last_secret_.exchange(which + 1) == which + 1) return;
  host_.info(here, "webhook signatures now match another secret of the list", {{"app_secret", which}, {"of", of}});
}

/// A version that has ended is served by the oldest one that lives, and nothing but this says so.
void WhatsApp::compare_version(const http_response& answer, call here) {
  const auto served = answer.header("facebook-api-version");
  if (served.empty() || served == settings_.graph_version || !is_first_today(last_compared_)) return;
  host_.warn(here, "Graph answers by another version than graph_version: set it to one that is served",
             {{"graph_version", settings_.graph_version}, {"served", served}});
}

void WhatsApp::compare_clock(const http_response& answer) {
  const auto theirs = http_date(answer.header("date"));
  if (!theirs) return;
  clock_ahead_ms_ = std::chrono::duration_cast<std::chrono::milliseconds>(host_.now() - *theirs).count();
  clock_compared_ = to_abi(host_.now());
}

/// By the answer that has just come: what Meta tells later of the same is compared with it.
time_point WhatsApp::metas_now() const { return host_.now() - std::chrono::milliseconds{clock_ahead_ms_}; }

/// By the last answer to a send, if that was lately by the clock of now: it may have been set since. Windows, stops and
/// the age of messages are told by comparing Meta's times with ours.
std::optional<check> WhatsApp::clock_fault() const {
  constexpr std::int64_t kLately = 3'600'000;
  const std::chrono::milliseconds ahead{clock_ahead_ms_};
  const bool lately = std::abs(to_abi(host_.now()) - clock_compared_) < kLately;
  if (!lately || std::chrono::abs(ahead) < std::chrono::minutes{5}) return std::nullopt;
  const auto minutes = std::to_string(std::chrono::abs(ahead) / std::chrono::minutes{1});
  return bad(
      "clock",
      "this machine's clock is " + minutes + " minutes " + (ahead.count() > 0 ? "ahead of" : "behind") + " Meta's",
      "set it, and keep it right by NTP (`timedatectl set-ntp true`)");
}

bool WhatsApp::is_first_today(std::atomic<std::int64_t>& last) const {
  const auto day = to_abi(host_.now()) / 86'400'000;
  return last.exchange(day) != day;
}

std::vector<check> WhatsApp::self_test(call here) {
  const bool first_today = is_first_today(last_tested_);
  auto checks = check_everything(host_, settings_, {.as_stranger = first_today}, here);
  standing_.note(checks);
  checks.push_back(standing_.stage());
  checks.push_back(check_traffic(doorbell_, host_.now()));
  if (auto fault = clock_fault()) checks.push_back(*std::move(fault));
  for (const auto& each : checks) {
    const bool is_daily = each.stage == "graph_version" || each.ok;
    if (first_today && is_daily && each.stage != kTraffic && each.stage != kSettings && !each.cause.empty())
      host_.warn(here, "self-test: " + each.cause, {{"stage", each.stage}, {"remedy", each.remedy}});
  }
  return checks;
}

}  // namespace agente::whatsapp
