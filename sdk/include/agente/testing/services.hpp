/// The fake host's C tables. Included by fake_host.hpp.
#pragma once

#include <agente/testing/fake_host.hpp>

namespace agente::testing::detail {

/// Each service as the ABI wants it, behind the same barrier that a real host has.
struct services {
  static fake_host& of(const agente_host* host) { return *reinterpret_cast<const fake_host::raw_host*>(host)->self; }

  /// Runs `body(fake)` under the fake's lock; CANCELLED when there is no instance any more.
  template <class Body>
  static agente_status serve(const agente_host* host, agente_error* err, Body&& body) noexcept {
    return guarded(err, [&]() -> agente_status {
      auto& fake = of(host);
      const std::lock_guard lock(fake.mutex_);
      if (fake.phase_ == fake_host::phase::none) return report(err, AGENTE_E_CANCELLED, "the instance is over");
      return body(fake);
    });
  }

  static std::map<std::string, std::string> to_map(const agente_field* fields, std::size_t count) {
    std::map<std::string, std::string> map;
    for (std::size_t i = 0; i < count; ++i) map[copy(fields[i].key)] = view(fields[i].value);
    return map;
  }

  // ---- log
  static void log_write(const agente_host* host, const agente_call* call, std::int32_t level, agente_str message,
                        const agente_field* fields, std::size_t count) noexcept {
    serve(host, nullptr, [&](fake_host& fake) -> agente_status {
      fake.log_.push_back({level, copy(message), to_map(fields, count), call ? copy(call->trace) : std::string{}});
      return AGENTE_OK;
    });
  }

  // ---- config and secrets
  static agente_status instance(const agente_host* host, agente_instance* out) noexcept {
    return serve(host, nullptr, [&](fake_host& fake) -> agente_status {
      out->id = str(fake.me.id);
      out->environment = str(fake.me.environment);
      out->hotel = str(fake.me.hotel);
      out->timezone = str(fake.me.timezone);
      out->currency = str(fake.me.currency);
      out->language = str(fake.me.language);
      fake.account_texts_.clear();
      for (const auto& each : fake.accounts) fake.account_texts_.push_back(str(each));
      out->accounts = fake.account_texts_.data();
      out->account_count = fake.account_texts_.size();
      return AGENTE_OK;
    });
  }
  static agente_status config_get(const agente_host* host, agente_str pointer, const agente_sink* out,
                                  agente_error* err) noexcept {
    return serve(host, err, [&](fake_host& fake) -> agente_status {
      const auto text = json_at(fake.config_, view(pointer));
      return text ? write(out, *text) : report(err, AGENTE_E_NOT_FOUND, "config has no " + copy(pointer));
    });
  }
  static agente_status secret_get(const agente_host* host, agente_str pointer, const agente_sink* out,
                                  agente_error* err) noexcept {
    return serve(host, err, [&](fake_host& fake) -> agente_status {
      const auto found = fake.secrets_.find(copy(pointer));
      if (found == fake.secrets_.end()) return report(err, AGENTE_E_NOT_FOUND, "no secret " + copy(pointer));
      return write(out, found->second);
    });
  }

  // ---- clock
  static std::int64_t now_ms(const agente_host* host) noexcept { return to_abi(of(host).now()); }
  static std::int64_t monotonic_ms(const agente_host* host) noexcept {
    auto& fake = of(host);
    return fake.locked([&] { return fake.monotonic_ms_; });
  }
  static agente_status local_day(const agente_host* host, std::int64_t time_ms, agente_str zone,
                                 agente_day* out) noexcept {
    return serve(host, nullptr, [&](fake_host& fake) -> agente_status {
      const auto found = fake.zones_.find(copy(zone));
      if (found == fake.zones_.end()) return AGENTE_E_INVALID;
      const auto local = std::chrono::floor<std::chrono::days>(from_abi_time(time_ms) + found->second);
      *out = static_cast<agente_day>(local.time_since_epoch().count());
      return AGENTE_OK;
    });
  }

  // ---- metrics
  static bool is_metric_name(std::string_view name) {
    const auto allowed = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ':';
    };
    return !name.empty() && !(name[0] >= '0' && name[0] <= '9') && std::all_of(name.begin(), name.end(), allowed);
  }
  template <class Apply>
  static agente_status measure(const agente_host* host, agente_str name, const agente_field* labels, std::size_t count,
                               Apply&& apply) noexcept {
    return serve(host, nullptr, [&](fake_host& fake) -> agente_status {
      if (!is_metric_name(view(name))) {
        fake.complain("metric name \"" + copy(name) + "\" is malformed; use [a-zA-Z_:][a-zA-Z0-9_:]*");
        return AGENTE_E_INVALID;
      }
      apply(fake, series(view(name), to_map(labels, count)));
      return AGENTE_OK;
    });
  }
  static agente_status counter_add(const agente_host* host, agente_str name, const agente_field* labels,
                                   std::size_t count, double by) noexcept {
    return measure(host, name, labels, count,
                   [&](fake_host& fake, const std::string& key) { fake.metrics_[key] += by; });
  }
  static agente_status gauge_set(const agente_host* host, agente_str name, const agente_field* labels,
                                 std::size_t count, double value) noexcept {
    return measure(host, name, labels, count,
                   [&](fake_host& fake, const std::string& key) { fake.metrics_[key] = value; });
  }
  static agente_status histogram_observe(const agente_host* host, agente_str name, const agente_field* labels,
                                         std::size_t count, double value) noexcept {
    return measure(host, name, labels, count,
                   [&](fake_host& fake, const std::string& key) { fake.observed_[key].push_back(value); });
  }

  // ---- http
  /// The next scripted outcome, else one that says that there is none.
  static outcome next_outcome(fake_host& fake, const std::string& what) {
    auto& scripted = fake.script_[what];
    if (!scripted.empty()) {
      auto result = std::move(scripted.front());
      scripted.pop_front();
      return result;
    }
    if (!fake.otherwise_) fake.complain("no answer is scripted for " + what);
    return {.code = AGENTE_E_CONFIG, .text = "no answer is scripted for " + what, .otherwise = fake.otherwise_};
  }
  static agente_status http_request(const agente_host* host, const agente_call* call, const agente_http_request* given,
                                    const agente_http_response_sink* out, agente_error* err) noexcept {
    return guarded(err, [&]() -> agente_status {
      outcome result;
      const auto request = from_abi(given);
      const auto status = serve(host, err, [&](fake_host& fake) -> agente_status {
        if (!call || !fake.calls_.contains(call->id)) return over(fake, "http", err);
        fake.requests_.push_back(request);
        result = next_outcome(fake, request.method + " " + request.url);
        return AGENTE_OK;
      });
      if (status != AGENTE_OK) return status;
      if (result.otherwise) return deliver(result.otherwise(request), request.max_response_bytes, out, err);
      if (result.code == AGENTE_OK) return deliver(result.response, request.max_response_bytes, out, err);
      return report(err, result.code, result.text, std::chrono::milliseconds{result.retry_after_ms});
    });
  }
  static agente_status deliver(const http_response& response, std::uint32_t limit, const agente_http_response_sink* out,
                               agente_error* err) {
    if (limit != 0 && response.body.size() > limit)
      return report(err, AGENTE_E_INVALID, "the answer is larger than allowed");
    if (const auto status = out->status(out->ctx, response.status); status != AGENTE_OK) return status;
    for (const auto& h : response.headers)
      if (const auto status = out->header(out->ctx, str(h.name), str(h.value)); status != AGENTE_OK) return status;
    const std::string_view body = response.body;  // in two pieces, as a network would
    if (const auto status = out->body(out->ctx, bytes(body.substr(0, body.size() / 2))); status != AGENTE_OK)
      return status;
    return out->body(out->ctx, bytes(body.substr(body.size() / 2)));
  }

  // ---- kv
  static agente_status kv_refusal(const fake_host& fake, std::string_view key, std::size_t size, agente_error* err) {
    if (fake.phase_ != fake_host::phase::live) return report(err, AGENTE_E_CANCELLED, "the instance is not live yet");
    if (fake.kv_down_) return report(err, AGENTE_E_RETRY, "the store is down");
    if (key.empty() || key.size() > 256) return report(err, AGENTE_E_INVALID, "a key has 1 to 256 bytes");
    if (size > (1U << 20U)) return report(err, AGENTE_E_INVALID, "a value has at most 1 MiB");
    return AGENTE_OK;
  }
  static agente_status write_entry(const kv_entry& entry, const agente_kv_sink* out) {
    auto raw = sized<agente_kv_entry>();
    raw.schema = entry.schema;
    raw.revision = entry.revision;
    raw.key = str(entry.key);
    raw.value = bytes(entry.value);
    return out->write(out->ctx, &raw);
  }
  static agente_status kv_get(const agente_host* host, agente_str key, const agente_kv_sink* out,
                              agente_error* err) noexcept {
    return serve(host, err, [&](fake_host& fake) -> agente_status {
      if (fake.kv_down_) return report(err, AGENTE_E_RETRY, "the store is down");
      const auto found = fake.kv_.find(copy(key));
      return found == fake.kv_.end() ? report(err, AGENTE_E_NOT_FOUND, "no such key") : write_entry(found->second, out);
    });
  }
  static bool stands_at(const fake_host& fake, const std::string& key, std::uint64_t expected) {
    const auto found = fake.kv_.find(key);
    return expected == AGENTE_KV_ANY || expected == (found == fake.kv_.end() ? 0 : found->second.revision);
  }
  static agente_status kv_put(const agente_host* host, agente_str key, agente_bytes value, std::uint32_t schema,
                              std::uint64_t expected, std::uint64_t* revision, agente_error* err) noexcept {
    return serve(host, err, [&](fake_host& fake) -> agente_status {
      if (const auto no = kv_refusal(fake, view(key), value.len, err); no != AGENTE_OK) return no;
      if (!stands_at(fake, copy(key), expected))
        return report(err, AGENTE_E_CONFLICT, "the entry has another revision");
      fake.kv_[copy(key)] = {copy(key), std::string{view(value)}, schema, ++fake.revision_};
      if (revision) *revision = fake.revision_;
      return AGENTE_OK;
    });
  }
  static agente_status kv_erase(const agente_host* host, agente_str key, std::uint64_t expected,
                                agente_error* err) noexcept {
    return serve(host, err, [&](fake_host& fake) -> agente_status {
      if (const auto no = kv_refusal(fake, view(key), 0, err); no != AGENTE_OK) return no;
      if (!fake.kv_.contains(copy(key)) || !stands_at(fake, copy(key), expected))
        return report(err, AGENTE_E_CONFLICT, "the entry has another revision");
      fake.kv_.erase(copy(key));
      return AGENTE_OK;
    });
  }
  static agente_status kv_list(const agente_host* host, agente_str prefix, agente_str after, std::uint32_t limit,
                               const agente_kv_sink* out, agente_error* err) noexcept {
    return serve(host, err, [&](fake_host& fake) -> agente_status {
      if (fake.kv_down_) return report(err, AGENTE_E_RETRY, "the store is down");
      std::uint32_t written = 0;
      for (const auto& [key, entry] : fake.kv_) {
        if (written == limit) break;
        if (!key.starts_with(view(prefix)) || key <= view(after)) continue;
        if (const auto status = write_entry(entry, out); status != AGENTE_OK) return status;
        ++written;
      }
      return AGENTE_OK;
    });
  }
  static agente_status kv_stage(const agente_host* host, const agente_call* call, agente_str key, agente_bytes value,
                                std::uint32_t schema, agente_error* err) noexcept {
    return stage(host, call, "kv_stage", err, [&](fake_host& fake, staging& staged) -> agente_status {
      if (const auto no = kv_refusal(fake, view(key), value.len, err); no != AGENTE_OK) return no;
      staged.kv.push_back({copy(key), std::string{view(value)}, schema, 0});
      return AGENTE_OK;
    });
  }

  // ---- timer
  static agente_status timer_start(const agente_host* host, std::uint32_t delay_ms, std::uint32_t period_ms,
                                   agente_status (*fn)(void*, const agente_call*, agente_error*), void* ctx,
                                   std::uint64_t* id, agente_error* err) noexcept {
    return serve(host, err, [&](fake_host& fake) -> agente_status {
      *id = ++fake.last_id_;
      fake.timers_[*id] = {fake.monotonic_ms_ + delay_ms, delay_ms, period_ms, fn, ctx};
      return AGENTE_OK;
    });
  }
  static agente_status timer_stop(const agente_host* host, std::uint64_t id) noexcept {
    return serve(host, nullptr, [&](fake_host& fake) -> agente_status {
      return fake.timers_.erase(id) == 1 ? AGENTE_OK : AGENTE_E_NOT_FOUND;
    });
  }

  // ---- inbox
  static agente_status over(fake_host& fake, const std::string& what, agente_error* err) {
    fake.complain(what + ": this call is over; use a call only until you return");
    return report(err, AGENTE_E_CANCELLED, what + ": the call is over");
  }
  /// Runs `body(fake, staging)` if this call may stage.
  template <class Body>
  static agente_status stage(const agente_host* host, const agente_call* call, const std::string& what,
                             agente_error* err, Body&& body) noexcept {
    return serve(host, err, [&](fake_host& fake) -> agente_status {
      const auto found = call ? fake.calls_.find(call->id) : fake.calls_.end();
      if (found == fake.calls_.end()) return over(fake, what, err);
      if (found->second.allowed) return body(fake, found->second);
      fake.complain(what + " is only for on_http, poll and timer calls");
      return report(err, AGENTE_E_INVALID, what + " is only for on_http, poll and timer calls");
    });
  }
  static bool is_ours(const fake_host& fake, const std::string& account) {
    const auto& known = fake.accounts;
    return known.empty() || account.empty() || std::find(known.begin(), known.end(), account) != known.end();
  }
  static agente_status of_no_hotel(agente_error* err, const std::string& account) {
    return report(err, AGENTE_E_NOT_FOUND, "account " + account + " belongs to no hotel");
  }
  static agente_status accept(const agente_host* host, const agente_call* call, const agente_inbound* given,
                              agente_error* err) noexcept {
    return stage(host, call, "accept", err, [&](fake_host& fake, staging& staged) -> agente_status {
      auto message = from_abi(given);
      if (message.external_id.empty() || message.sender.empty())
        return report(err, AGENTE_E_INVALID, "a message needs external_id and sender");
      if (!is_ours(fake, message.account)) return of_no_hotel(err, message.account);
      staged.messages.push_back(std::move(message));
      return AGENTE_OK;
    });
  }
  static agente_status take_receipt(const agente_host* host, const agente_call* call, const agente_receipt* given,
                                    agente_error* err) noexcept {
    return stage(host, call, "receipt", err, [&](fake_host& fake, staging& staged) -> agente_status {
      auto receipt = from_abi(given);
      if (!is_ours(fake, receipt.account)) return of_no_hotel(err, receipt.account);
      staged.receipts.push_back(std::move(receipt));
      return AGENTE_OK;
    });
  }

  static agente_status take(const agente_host* host, agente_str name, std::uint32_t at_once, std::uint32_t window_ms,
                            agente_error* err) noexcept {
    return serve(host, err, [&](fake_host& fake) -> agente_status {
      using std::chrono::microseconds;
      const microseconds whole{std::int64_t{window_ms} * 1'000};
      const microseconds now{fake.now_ms_ * 1'000};
      const auto each = whole / std::max(at_once, std::uint32_t{1});
      auto& full = fake.limits_[copy(name)];
      full = std::clamp(full, now, now + whole);
      const auto wait = std::chrono::ceil<std::chrono::milliseconds>(full + each - (now + whole));
      if (at_once == 0 || wait.count() > 0) return report(err, AGENTE_E_RATE, "the limit is used up", wait);
      full += each;
      return AGENTE_OK;
    });
  }

  static const void* table(std::string_view id) {
    static constexpr agente_log_v1 log{&log_write};
    static constexpr agente_config_v1 config{&instance, &config_get};
    static constexpr agente_secrets_v1 secrets{&secret_get};
    static constexpr agente_clock_v1 clock{&now_ms, &monotonic_ms, &local_day};
    static constexpr agente_metrics_v1 metrics{&counter_add, &gauge_set, &histogram_observe};
    static constexpr agente_http_v1 http{&http_request};
    static constexpr agente_kv_v1 kv{&kv_get, &kv_put, &kv_erase, &kv_list, &kv_stage};
    static constexpr agente_timer_v1 timer{&timer_start, &timer_stop};
    static constexpr agente_limits_v1 limits{&take};
    static constexpr agente_inbox_v1 inbox{&accept, &take_receipt};
    static constexpr std::pair<std::string_view, const void*> all[] = {
        {AGENTE_LOG_V1, &log},      {AGENTE_CONFIG_V1, &config},   {AGENTE_SECRETS_V1, &secrets},
        {AGENTE_CLOCK_V1, &clock},  {AGENTE_METRICS_V1, &metrics}, {AGENTE_HTTP_V1, &http},
        {AGENTE_KV_V1, &kv},        {AGENTE_TIMER_V1, &timer},     {AGENTE_INBOX_V1, &inbox},
        {AGENTE_LIMITS_V1, &limits}};
    for (const auto& [name, found] : all)
      if (name == id) return found;
    return nullptr;
  }
};

}  // namespace agente::testing::detail

namespace agente::testing {

inline const void* fake_host::query(const agente_host* /*host*/, agente_str id) {
  return detail::services::table(detail::view(id));
}

}  // namespace agente::testing
