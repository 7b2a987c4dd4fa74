#include "conformance/trial_services.hpp"

#include <algorithm>
#include <thread>

#include <nlohmann/json.hpp>

#include "conformance/provider.hpp"

namespace agente::conformance {
namespace {

using nlohmann::json;
using Rule = Breach::Rule;
using agente::detail::report;
using agente::detail::view;

constexpr std::int64_t kNoon = 1'789'473'600'000;  // 2026-09-15 12:00 UTC
constexpr std::int64_t kDay = 86'400'000;
constexpr std::int64_t kMadridAhead = 7'200'000;
constexpr std::size_t kMostTimers = 1000;

agente_status write(const agente_sink* out, std::string_view text) {
  return out->write(out->ctx, agente::detail::bytes(text));
}

bool is_metric_name(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':'; };
  const auto allowed = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && letter(name.front()) && std::ranges::all_of(name, allowed);
}

agente_status hand_out(const TrialHost::Web& web, const agente_http_response_sink* out) {
  using agente::detail::str;
  if (const auto status = out->status(out->ctx, web.status); status != AGENTE_OK) return status;
  for (const auto& [name, value] : web.headers) {
    if (const auto status = out->header(out->ctx, str(name), str(value)); status != AGENTE_OK) return status;
  }
  return web.body.empty() ? AGENTE_OK : out->body(out->ctx, agente::detail::bytes(web.body));
}

std::string fields_of(const agente_field* fields, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text.append(view(fields[i].key)).append(": ").append(view(fields[i].value)) += '\n';
  return text;
}

}  // namespace

agente_status TrialServices::enter(TrialHost& host, Service service, const char* what, agente_error* err) {
  if (!host.admit(what)) return report(err, AGENTE_E_CANCELLED, "the instance is over");
  const auto code = host.fault(service);
  return code == AGENTE_OK ? AGENTE_OK : report(err, code, std::string(what) + " fails on purpose");
}

std::string TrialServices::taken(TrialHost& host, agente_str text, const char* what) {
  if (text.ptr == nullptr && text.len != 0) {
    host.note(Rule::kMalformed, std::string(what) + " is NULL with a length");
    return {};
  }
  if (!detail::is_utf8(view(text))) host.note(Rule::kMalformed, std::string(what) + " is not UTF-8");
  return agente::detail::copy(text);
}

// ---- log, config, secrets ----

void TrialServices::log_write(const agente_host* raw, const agente_call*, int32_t level, agente_str message,
                              const agente_field* fields, size_t count) {
  auto& host = of(raw);
  if (!host.admit("log.write")) return;
  if (level < AGENTE_LOG_DEBUG || level > AGENTE_LOG_ERROR)
    host.note(Rule::kMalformed, "a log line's level is unknown");
  const auto line = taken(host, message, "a log line") + "\n" + fields_of(fields, count);
  const std::lock_guard lock(host.mutex_);
  detail::keep(host.log_, line);
}

agente_status TrialServices::instance(const agente_host* raw, agente_instance* out) {
  auto& host = of(raw);
  if (const auto code = enter(host, Service::kConfig, "config.instance", nullptr); code != AGENTE_OK) return code;
  if (out->struct_size < kSmallest<agente_instance>) {
    host.note(Rule::kMalformed, "config.instance was given a record whose struct_size is not set");
    return AGENTE_E_INVALID;
  }
  using agente::detail::str;
  out->id = str("trial");
  out->environment = str("test");
  out->hotel = str("sol");
  out->timezone = str("Europe/Madrid");
  out->currency = str("EUR");
  out->language = str("es");
  if (out->struct_size < sizeof *out) return AGENTE_OK;
  static const agente_str kAccount = str("trial");
  out->accounts = &kAccount;
  out->account_count = 1;
  return AGENTE_OK;
}

agente_status TrialServices::config_get(const agente_host* raw, agente_str pointer, const agente_sink* out,
                                        agente_error* err) {
  auto& host = of(raw);
  if (const auto code = enter(host, Service::kConfig, "config.get", err); code != AGENTE_OK) return code;
  const auto where = taken(host, pointer, "a JSON pointer");
  std::string found;
  try {
    found = json::parse(host.config_).at(json::json_pointer(where)).dump();
  } catch (const std::exception&) {
    return report(err, AGENTE_E_NOT_FOUND, "config has no " + where);
  }
  return write(out, found);
}

agente_status TrialServices::secret_get(const agente_host* raw, agente_str pointer, const agente_sink* out,
                                        agente_error* err) {
  auto& host = of(raw);
  if (const auto code = enter(host, Service::kSecrets, "secrets.get", err); code != AGENTE_OK) return code;
  const auto where = taken(host, pointer, "a JSON pointer");
  std::string value;
  {
    const std::lock_guard lock(host.mutex_);
    const auto found = host.secrets_.find(where);
    if (found == host.secrets_.end()) return report(err, AGENTE_E_NOT_FOUND, "no secret " + where);
    value = found->second;
  }
  return write(out, value);
}

// ---- clock, metrics ----

int64_t TrialServices::monotonic_ms(const agente_host*) { return TrialHost::monotonic_ms(); }

int64_t TrialServices::now_ms(const agente_host* raw) {
  of(raw).admit("clock.now_ms");
  if (of(raw).online_)
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
  static const auto start = TrialHost::monotonic_ms();
  return kNoon + TrialHost::monotonic_ms() - start;
}

agente_status TrialServices::local_day(const agente_host* raw, int64_t time_ms, agente_str zone, agente_day* out) {
  auto& host = of(raw);
  if (const auto code = enter(host, Service::kClock, "clock.local_day", nullptr); code != AGENTE_OK) return code;
  const auto name = taken(host, zone, "a time zone");
  if (name != "UTC" && name != "Europe/Madrid") return AGENTE_E_INVALID;
  const auto local = name == "UTC" ? time_ms : time_ms + kMadridAhead;
  *out = static_cast<agente_day>((local - (local < 0 ? kDay - 1 : 0)) / kDay);
  return AGENTE_OK;
}

agente_status TrialServices::measure(const agente_host* raw, agente_str name, const agente_field* labels, size_t count,
                                     double) {
  auto& host = of(raw);
  if (const auto code = enter(host, Service::kMetrics, "metrics", nullptr); code != AGENTE_OK) return code;
  const auto text = taken(host, name, "a metric's name");
  for (std::size_t i = 0; i < count; ++i) taken(host, labels[i].value, "a metric's label");
  if (is_metric_name(text)) return AGENTE_OK;
  host.note(Rule::kMalformed, "the metric name \"" + text + "\" does not follow Prometheus' rules");
  return AGENTE_E_INVALID;
}

// ---- http ----

agente_status TrialServices::http(const agente_host* raw, const agente_call* call, const agente_http_request* request,
                                  const agente_http_response_sink* out, agente_error* err) {
  auto& host = of(raw);
  if (!host.admit("http.request")) return report(err, AGENTE_E_CANCELLED, "the instance is over");
  const auto known = host.find(call, "http.request");
  if (known == nullptr) return report(err, AGENTE_E_CANCELLED, "this call is over");
  if (const auto code = host.fault(Service::kHttp); code != AGENTE_OK)
    return report(err, code, "http fails on purpose");
  if (request == nullptr || request->struct_size < kSmallest<agente_http_request>) {
    host.note(Rule::kMalformed, "http.request was given a record whose struct_size is not set");
    return report(err, AGENTE_E_INVALID, "struct_size is not set");
  }
  TrialHost::Request seen{taken(host, request->method, "a method"), taken(host, request->url, "a URL"),
                          fields_of(request->headers, request->header_count), std::string(view(request->body))};
  TrialHost::Web web;
  std::int64_t until = 0;
  {
    const std::lock_guard lock(host.mutex_);
    detail::keep(host.requests_, std::move(seen));
    web = host.web_;
    until = known->deadline_ms;
  }
  if (request->timeout_ms != 0) until = std::min(until, TrialHost::monotonic_ms() + request->timeout_ms);
  if (web.hangs) {
    std::this_thread::sleep_for(
        std::chrono::milliseconds(std::max<std::int64_t>(0, until - TrialHost::monotonic_ms())));
    return report(err, AGENTE_E_TIMEOUT, "the deadline passed");
  }
  if (web.code != AGENTE_OK) return report(err, web.code, "http fails on purpose");
  const auto broken = host.next_break();
  if (host.online_ && broken != TrialHost::Break::kBefore) web = ask_provider(*request, until);
  if (broken != TrialHost::Break::kNone)
    web = {.code = AGENTE_E_UNKNOWN_OUTCOME, .body = "the connection broke after the request was sent"};
  return web.code == AGENTE_OK ? hand_out(web, out) : report(err, web.code, web.body);
}

// ---- timer, inbox ----

agente_status TrialServices::timer_start(const agente_host* raw, uint32_t, uint32_t period_ms,
                                         agente_status (*fn)(void*, const agente_call*, agente_error*), void* ctx,
                                         uint64_t* id, agente_error* err) {
  auto& host = of(raw);
  if (const auto code = enter(host, Service::kTimer, "timer.start", err); code != AGENTE_OK) return code;
  if (fn == nullptr) {
    host.note(Rule::kMalformed, "timer.start was given no function");
    return report(err, AGENTE_E_INVALID, "no function");
  }
  const std::lock_guard lock(host.mutex_);
  if (host.timers_.size() >= kMostTimers) return report(err, AGENTE_E_RATE, "the instance has 1,000 timers already");
  host.timers_.push_back({++host.last_timer_, period_ms, fn, ctx});
  if (id != nullptr) *id = host.last_timer_;
  return AGENTE_OK;
}

agente_status TrialServices::timer_stop(const agente_host* raw, uint64_t id) {
  auto& host = of(raw);
  if (!host.admit("timer.stop")) return AGENTE_E_CANCELLED;  // it never fails otherwise: nobody could go on after that
  const std::lock_guard lock(host.mutex_);
  return std::erase_if(host.timers_, [&](const auto& timer) { return timer.id == id; }) == 1 ? AGENTE_OK
                                                                                             : AGENTE_E_NOT_FOUND;
}

agente_status TrialServices::take(const agente_host* raw, agente_str name, uint32_t, uint32_t window_ms,
                                  agente_error* err) {
  auto& host = of(raw);
  if (const auto code = enter(host, Service::kLimits, "limits.take", err); code != AGENTE_OK) return code;
  if (!taken(host, name, "a limit's name").empty() && window_ms > 0) return AGENTE_OK;
  host.note(Rule::kMalformed, "limits.take was given no name or no window");
  return report(err, AGENTE_E_INVALID, "a limit needs a name and a window");
}

/// Whether this call may stage; counts it.
agente_status TrialServices::stage(TrialHost& host, const agente_call* call, const char* what, agente_error* err) {
  if (const auto code = enter(host, Service::kInbox, what, err); code != AGENTE_OK) return code;
  const auto known = host.find(call, what);
  if (known == nullptr) return report(err, AGENTE_E_CANCELLED, "this call is over");
  if (!known->may_stage) {
    host.note(Rule::kStaging, std::string(what) + " was used in a call that is no on_http, poll or timer");
    return report(err, AGENTE_E_INVALID, "only for on_http, poll and timer calls");
  }
  const std::lock_guard lock(host.mutex_);
  ++known->staged;
  return AGENTE_OK;
}

agente_status TrialServices::accept(const agente_host* raw, const agente_call* call, const agente_inbound* message,
                                    agente_error* err) {
  auto& host = of(raw);
  if (message == nullptr || message->struct_size < kSmallest<agente_inbound>) {
    host.note(Rule::kMalformed, "inbox.accept was given a record whose struct_size is not set");
    return report(err, AGENTE_E_INVALID, "struct_size is not set");
  }
  for (const auto text : {message->account, message->external_id, message->sender, message->sender_name, message->kind,
                          message->text, message->reply_to})
    taken(host, text, "a text of an inbound message");
  if (message->struct_size >= sizeof(agente_inbound)) taken(host, message->choice, "a text of an inbound message");
  if (message->external_id.len == 0 || message->sender.len == 0)
    return report(err, AGENTE_E_INVALID, "a message needs external_id and sender");
  return stage(host, call, "inbox.accept", err);
}

agente_status TrialServices::receipt(const agente_host* raw, const agente_call* call, const agente_receipt* receipt,
                                     agente_error* err) {
  auto& host = of(raw);
  if (receipt == nullptr || receipt->struct_size < kSmallest<agente_receipt>) {
    host.note(Rule::kMalformed, "inbox.receipt was given a record whose struct_size is not set");
    return report(err, AGENTE_E_INVALID, "struct_size is not set");
  }
  return stage(host, call, "inbox.receipt", err);
}

const void* TrialServices::query(const agente_host* raw, agente_str id) {
  static constexpr agente_log_v1 kLog{&log_write};
  static constexpr agente_config_v1 kConfig{&instance, &config_get};
  static constexpr agente_secrets_v1 kSecrets{&secret_get};
  static constexpr agente_clock_v1 kClock{&now_ms, &monotonic_ms, &local_day};
  static constexpr agente_metrics_v1 kMetrics{&measure, &measure, &measure};
  static constexpr agente_http_v1 kHttp{&http};
  static constexpr agente_kv_v1 kKv{&kv_get, &kv_put, &kv_erase, &kv_list, &kv_stage};
  static constexpr agente_timer_v1 kTimer{&timer_start, &timer_stop};
  static constexpr agente_limits_v1 kLimits{&take};
  static constexpr agente_inbox_v1 kInbox{&accept, &receipt};
  static constexpr std::pair<std::string_view, const void*> kAll[] = {
      {AGENTE_LOG_V1, &kLog},      {AGENTE_CONFIG_V1, &kConfig},   {AGENTE_SECRETS_V1, &kSecrets},
      {AGENTE_CLOCK_V1, &kClock},  {AGENTE_METRICS_V1, &kMetrics}, {AGENTE_HTTP_V1, &kHttp},
      {AGENTE_KV_V1, &kKv},        {AGENTE_TIMER_V1, &kTimer},     {AGENTE_INBOX_V1, &kInbox},
      {AGENTE_LIMITS_V1, &kLimits}};
  of(raw).admit("query");
  const auto* found = std::ranges::find_if(kAll, [&](const auto& one) { return one.first == view(id); });
  return found == std::end(kAll) ? nullptr : found->second;
}

}  // namespace agente::conformance
