/// What the host does for a plugin.
#pragma once

#include <algorithm>
#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <agente/host.h>
#include <agente/sdk/http.hpp>
#include <agente/sdk/kv.hpp>
#include <agente/sdk/messages.hpp>
#include <agente/sdk/threads.hpp>
#include <agente/sdk/values.hpp>

namespace agente {

/// Who this instance is; the texts live as long as it. A channel that serves several hotels has no hotel of its own:
/// then hotel and what follows it are empty.
struct instance_info {
  std::string_view id = {};           ///< the channel's id in the YAML; for a PMS "<hotel>/pms"
  std::string_view environment = {};  ///< production, staging, test or demo
  std::string_view hotel = {};
  std::string_view timezone = {};  ///< IANA name
  std::string_view currency = {};  ///< ISO 4217
  std::string_view language = {};  ///< es, en or pt
};

/// The host's services. Copy it freely and keep it as a member. Every function may be used from any thread and throws
/// agente::error when it fails, except log and metrics, which never fail.
///
/// In the constructor everything may be used that takes no call, but writing to kv is refused with CANCELLED until the
/// instance is live: write in the first poll, timer or request instead.
class host {
 public:
  using labels = std::initializer_list<field>;

  explicit host(const agente_host* raw) noexcept
      : raw_(raw),
        log_(find<agente_log_v1>(AGENTE_LOG_V1)),
        config_(find<agente_config_v1>(AGENTE_CONFIG_V1)),
        secrets_(find<agente_secrets_v1>(AGENTE_SECRETS_V1)),
        clock_(find<agente_clock_v1>(AGENTE_CLOCK_V1)),
        metrics_(find<agente_metrics_v1>(AGENTE_METRICS_V1)),
        http_(find<agente_http_v1>(AGENTE_HTTP_V1)),
        kv_(find<agente_kv_v1>(AGENTE_KV_V1)),
        timer_(find<agente_timer_v1>(AGENTE_TIMER_V1)),
        limits_(find<agente_limits_v1>(AGENTE_LIMITS_V1)),
        inbox_(find<agente_inbox_v1>(AGENTE_INBOX_V1)) {}

  // ---- log: one line each; no secrets, no whole guest messages. Give the call where you have one: its trace is
  // logged.
  void debug(std::string_view text, labels fields = {}) const noexcept { log(nullptr, AGENTE_LOG_DEBUG, text, fields); }
  void info(std::string_view text, labels fields = {}) const noexcept { log(nullptr, AGENTE_LOG_INFO, text, fields); }
  void warn(std::string_view text, labels fields = {}) const noexcept { log(nullptr, AGENTE_LOG_WARN, text, fields); }
  void error(std::string_view text, labels fields = {}) const noexcept { log(nullptr, AGENTE_LOG_ERROR, text, fields); }
  void debug(call c, std::string_view text, labels fields = {}) const noexcept {
    log(&c, AGENTE_LOG_DEBUG, text, fields);
  }
  void info(call c, std::string_view text, labels fields = {}) const noexcept {
    log(&c, AGENTE_LOG_INFO, text, fields);
  }
  void warn(call c, std::string_view text, labels fields = {}) const noexcept {
    log(&c, AGENTE_LOG_WARN, text, fields);
  }
  void error(call c, std::string_view text, labels fields = {}) const noexcept {
    log(&c, AGENTE_LOG_ERROR, text, fields);
  }

  // ---- config
  [[nodiscard]] instance_info instance() const {
    auto raw = detail::sized<agente_instance>();
    detail::failure{}.check(need(config_).instance(raw_, &raw), "config.instance");
    using detail::view;
    return {.id = view(raw.id),
            .environment = view(raw.environment),
            .hotel = view(raw.hotel),
            .timezone = view(raw.timezone),
            .currency = view(raw.currency),
            .language = view(raw.language)};
  }
  /// The provider's accounts that the YAML gives to a hotel; none for a PMS, and before ABI 0.3.
  [[nodiscard]] std::vector<std::string> accounts() const {
    auto raw = detail::sized<agente_instance>();
    detail::failure{}.check(need(config_).instance(raw_, &raw), "config.instance");
    std::vector<std::string> all;
    for (std::size_t i = 0; raw.accounts != nullptr && i < raw.account_count; ++i)
      all.emplace_back(detail::view(raw.accounts[i]));
    return all;
  }
  /// The JSON text at a JSON pointer ("" is all of it, "/base_url" is "\"https://...\""); empty when absent.
  [[nodiscard]] std::optional<std::string> config(std::string_view pointer) const {
    return text_at(need(config_), pointer, "config");
  }

  // ---- secrets: config keys marked "writeOnly" in the schema. Ask at each use, never keep one: they are rotated
  // without telling the plugin.
  /// The value of a key named by its JSON pointer, "/access_token". NOT_FOUND when it is not set.
  [[nodiscard]] std::string secret(std::string_view pointer) const {
    if (auto value = find_secret(pointer)) return *std::move(value);
    throw agente::error(AGENTE_E_NOT_FOUND, "secret " + std::string{pointer} + " is not set; add it to the config");
  }
  [[nodiscard]] std::optional<std::string> find_secret(std::string_view pointer) const {
    return text_at(need(secrets_), pointer, "secret");
  }
  /// For a key that is one secret or a list of them (old and new while one is rotated). Empty when it is not set.
  [[nodiscard]] std::vector<std::string> secrets(std::string_view pointer) const {
    if (auto one = find_secret(pointer)) return {*std::move(one)};
    std::vector<std::string> all;
    while (auto next = find_secret(std::string{pointer} + "/" + std::to_string(all.size())))
      all.push_back(*std::move(next));
    return all;
  }

  // ---- clock: the only one to use; tests and demos set it.
  [[nodiscard]] time_point now() const { return from_abi_time(need(clock_).now_ms(raw_)); }
  /// The calendar day at `moment` in an IANA zone, e.g. instance().timezone.
  [[nodiscard]] day local_day(time_point moment, std::string_view zone) const {
    agente_day out = 0;
    detail::failure{}.check(need(clock_).local_day(raw_, to_abi(moment), detail::str(zone), &out),
                            "local_day: zone " + std::string{zone});
    return from_abi_day(out);
  }

  // ---- metrics: names and units by Prometheus' conventions; the label `instance` is added.
  void count(std::string_view name, double by = 1, labels with = {}) const noexcept {
    if (metrics_) measure(metrics_->counter_add, name, by, with);
  }
  void gauge(std::string_view name, double value, labels with = {}) const noexcept {
    if (metrics_) measure(metrics_->gauge_set, name, value, with);
  }
  void observe(std::string_view name, double value, labels with = {}) const noexcept {
    if (metrics_) measure(metrics_->histogram_observe, name, value, with);
  }

  // ---- http
  /// One blocking request. Any HTTP status is an answer: judge it yourself. Throws, and you may let it through:
  ///   RETRY, TIMEOUT   nothing was sent: safe to repeat
  ///   UNKNOWN_OUTCOME  it was (partly) sent and no whole answer came
  ///   CONFIG           the address is not allowed
  ///   INVALID          malformed request, or the answer is larger than allowed
  [[nodiscard]] http_response http(call c, const http_request& request) const {
    return detail::exchange(need(http_), raw_, c, request);
  }

  // ---- kv: durable, private to the instance, kept across plugin versions. Keys up to 256 bytes, values up to 1 MiB.
  [[nodiscard]] std::optional<kv_entry> kv_get(std::string_view key) const {
    std::vector<kv_entry> found;
    const agente_kv_sink sink{&found, &detail::take_entry};
    detail::failure err;
    const auto status = need(kv_).get(raw_, detail::str(key), &sink, &err.raw);
    if (status == AGENTE_E_NOT_FOUND) return std::nullopt;
    err.check(status, "kv get");
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
  }
  /// Durable on return; gives the new revision. CONFLICT when the entry is not at `expected` (kv_any, kv_absent, or a
  /// revision you read).
  std::uint64_t kv_put(std::string_view key, std::string_view value, std::uint32_t schema,
                       std::uint64_t expected = kv_any) const {
    std::uint64_t revision = 0;
    detail::failure err;
    err.check(need(kv_).put(raw_, detail::str(key), detail::bytes(value), schema, expected, &revision, &err.raw),
              "kv put");
    return revision;
  }
  void kv_erase(std::string_view key, std::uint64_t expected = kv_any) const {
    detail::failure err;
    err.check(need(kv_).erase(raw_, detail::str(key), expected, &err.raw), "kv erase");
  }
  /// Entries whose key begins with `prefix` and comes after `after`, in the order of the keys' bytes.
  [[nodiscard]] std::vector<kv_entry> kv_list(std::string_view prefix, std::string_view after = {},
                                              std::uint32_t limit = 1000) const {
    std::vector<kv_entry> found;
    const agente_kv_sink sink{&found, &detail::take_entry};
    detail::failure err;
    err.check(need(kv_).list(raw_, detail::str(prefix), detail::str(after), limit, &sink, &err.raw), "kv list");
    return found;
  }
  /// Kept back and committed together with what this call accepts (the cursor of a poll); dropped with it if you throw.
  /// Only where accept may be used; kv_get does not see it before.
  void kv_stage(call c, std::string_view key, std::string_view value, std::uint32_t schema) const {
    detail::failure err;
    err.check(need(kv_).stage(raw_, c.raw(), detail::str(key), detail::bytes(value), schema, &err.raw), "kv stage");
  }

  // ---- limits
  /// Takes one use of `name`: `at_once` of them, and one more each `window / at_once`, by this instance in all hosts
  /// together. Zero: taken; else how long until there is one again. A host before 0.3 counts nothing: zero.
  [[nodiscard]] std::chrono::milliseconds take(std::string_view name, std::uint32_t at_once,
                                               std::chrono::milliseconds window) const {
    if (!limits_) return {};
    detail::failure err;
    const auto status =
        limits_->take(raw_, detail::str(name), at_once, static_cast<std::uint32_t>(window.count()), &err.raw);
    if (status == AGENTE_E_RATE) return std::chrono::milliseconds{std::max(err.raw.retry_after_ms, std::uint32_t{1})};
    err.check(status, "limits.take");
    return {};
  }

  // ---- inbox: only in on_http, poll and timer calls. Staged, not stored: the host commits when you have returned and
  // only then answers the provider; if you throw, nothing is kept. So hand over everything, answer 200, and never
  // de-duplicate.
  /// Throws NOT_FOUND when the account belongs to no hotel (count it and go on), INVALID without external_id or sender.
  void accept(call c, const inbound& message) const {
    const auto raw = detail::to_abi(message);
    detail::failure err;
    err.check(need(inbox_).accept(raw_, c.raw(), &raw, &err.raw), "inbox accept");
  }
  /// Unknown messages are fine: a receipt may overtake the answer to the send.
  void receipt(call c, const agente::receipt& news) const {
    const auto raw = detail::to_abi(news);
    detail::failure err;
    err.check(need(inbox_).receipt(raw_, c.raw(), &raw, &err.raw), "inbox receipt");
  }

  // ---- for the SDK itself
  [[nodiscard]] const agente_host* raw() const noexcept { return raw_; }
  [[nodiscard]] const agente_timer_v1& timers() const { return need(timer_); }
  [[nodiscard]] call wrap(const agente_call* c) const noexcept { return {c, raw_, clock_}; }
#if AGENTE_CHECK_THREADS
  host(const agente_host* raw, detail::watch* watch) noexcept : host(raw) { watch_ = watch; }
  [[nodiscard]] detail::visit enter(const tagged_call& call, agente_error* err) const noexcept {
    return {watch_, call, err};
  }
#else
  [[nodiscard]] detail::visit enter(const tagged_call&, agente_error*) const noexcept { return {}; }
#endif

 private:
  template <class Table>
  [[nodiscard]] const Table* find(std::string_view id) const noexcept {
    return static_cast<const Table*>(raw_->query(raw_, detail::str(id)));
  }
  template <class Table>
  static const Table& need(const Table* table) {
    if (!table) throw agente::error(AGENTE_E_UNSUPPORTED, "this host lacks a service; install a newer agente-host");
    return *table;
  }

  template <class Table>
  [[nodiscard]] std::optional<std::string> text_at(const Table& table, std::string_view pointer,
                                                   std::string_view what) const {
    std::string text;
    const auto sink = detail::into(text);
    detail::failure err;
    const auto status = table.get(raw_, detail::str(pointer), &sink, &err.raw);
    if (status == AGENTE_E_NOT_FOUND) return std::nullopt;
    err.check(status, what);
    return text;
  }

  static std::vector<agente_field> to_abi_fields(labels fields) {
    std::vector<agente_field> raw;
    raw.reserve(fields.size());
    for (const auto& f : fields) raw.push_back({detail::str(f.key), detail::str(f.value)});
    return raw;
  }
  void log(const call* c, std::int32_t level, std::string_view text, labels fields) const noexcept {
    if (!log_) return;
    detail::guarded(nullptr, [&]() -> agente_status {
      const auto raw = to_abi_fields(fields);
      log_->write(raw_, c ? c->raw() : nullptr, level, detail::str(text), raw.data(), raw.size());
      return AGENTE_OK;
    });
  }
  template <class Function>
  void measure(Function function, std::string_view name, double value, labels with) const noexcept {
    detail::guarded(nullptr, [&]() -> agente_status {
      const auto raw = to_abi_fields(with);
      return function(raw_, detail::str(name), raw.data(), raw.size(), value);
    });
  }

  const agente_host* raw_;
  const agente_log_v1* log_;
  const agente_config_v1* config_;
  const agente_secrets_v1* secrets_;
  const agente_clock_v1* clock_;
  const agente_metrics_v1* metrics_;
  const agente_http_v1* http_;
  const agente_kv_v1* kv_;
  const agente_timer_v1* timer_;
  const agente_limits_v1* limits_;
  const agente_inbox_v1* inbox_;
#if AGENTE_CHECK_THREADS
  detail::watch* watch_ = nullptr;  // of the instance; null for a host that a test made
#endif
};

}  // namespace agente
