/* What the host offers a plugin: log, config, secrets, clock, metrics, http, kv, timer, inbox.
 *
 * Why services instead of libraries: a plugin without threads, TLS and files of its own stays unloadable and testable
 * with a fake host, and the hotel gets pooling, egress control, tracing and one place for secrets.
 *
 * Ask with host->query(host, id); every service below is present in ABI 0.1. Tables live as long as the host's
 * process, and after the instance is destroyed their functions answer AGENTE_E_CANCELLED. All of them are [any]: use
 * them from any host thread, inside a call or not. INVALID, from any of them, for malformed arguments. */
#ifndef AGENTE_HOST_H
#define AGENTE_HOST_H

#include <agente/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The host, as one instance sees it. It grows at the end only. */
struct agente_host {
  uint32_t struct_size;
  uint32_t abi_major;
  uint32_t abi_minor;
  uint32_t reserved;
  /* The table of this service, e.g. "agente.log/1", or NULL. The same pointer every time. [any] */
  const void* (*query)(const agente_host* host, agente_str service_id);
};

/* ---- agente.log/1 ---- */
#define AGENTE_LOG_V1 "agente.log/1"
/* How much a line matters. */
enum { AGENTE_LOG_DEBUG = 1, AGENTE_LOG_INFO = 2, AGENTE_LOG_WARN = 3, AGENTE_LOG_ERROR = 4 };

/* A name and a value: of a log line, a metric's label, an HTTP header. */
typedef struct agente_field {
  agente_str key;
  agente_str value;
} agente_field;

typedef struct agente_log_v1 {
  /* Writes one line. `call` may be NULL. No secrets, no whole guest messages. Lines beyond 100 a second per instance
   * are counted and dropped, and the count is logged. Never blocks, never fails. [any] */
  void (*write)(const agente_host* host, const agente_call* call, int32_t level, agente_str message,
                const agente_field* fields, size_t field_count);
} agente_log_v1;

/* ---- agente.config/1 ---- */
#define AGENTE_CONFIG_V1 "agente.config/1"

/* Who this instance is. Strings live until the instance is destroyed. */
typedef struct agente_instance {
  uint32_t struct_size;
  uint32_t reserved;
  agente_str id;              /* the channel's id in the YAML; for a PMS "<hotel>/pms" */
  agente_str environment;     /* production, staging, test or demo */
  agente_str hotel;           /* PMS: the hotel; channel: its only hotel, else empty */
  agente_str timezone;        /* of that hotel, IANA name; empty with it */
  agente_str currency;        /* of that hotel, ISO 4217; empty with it */
  agente_str language;        /* of that hotel: es, en or pt; empty with it */
  const agente_str* accounts; /* channel: the provider's, as in the YAML; may be NULL. From 0.3 */
  size_t account_count;       /* of accounts. From 0.3 */
} agente_instance;

typedef struct agente_config_v1 {
  /* Fills *out, whose struct_size you have set. [any] */
  agente_status (*instance)(const agente_host* host, agente_instance* out);
  /* The JSON text at a JSON pointer ("" is all of it), as given to create. NOT_FOUND when absent. [any] */
  agente_status (*get)(const agente_host* host, agente_str pointer, const agente_sink* out, agente_error* err);
} agente_config_v1;

/* ---- agente.secrets/1 ---- */
#define AGENTE_SECRETS_V1 "agente.secrets/1"

typedef struct agente_secrets_v1 {
  /* Writes the present value of a config key marked writeOnly, named by its JSON pointer ("/access_token"; an element
   * of a list "/app_secret/0"). Read it at each use and do not keep it: it may change at any time without a reload.
   * NOT_FOUND when the key is not set; CONFIG when its file or variable cannot be read. [any] */
  agente_status (*get)(const agente_host* host, agente_str pointer, const agente_sink* out, agente_error* err);
} agente_secrets_v1;

/* ---- agente.clock/1 ---- */
#define AGENTE_CLOCK_V1 "agente.clock/1"

typedef struct agente_clock_v1 {
  /* UTC now, in ms since 1970: the only business time. Tests and AGENTE_CLOCK set it. 0 once the instance is over.
   * [any] */
  int64_t (*now_ms)(const agente_host* host);
  /* For deadlines: ms since some moment, never set back. [any] */
  int64_t (*monotonic_ms)(const agente_host* host);
  /* The calendar day of `time_ms` in an IANA zone. INVALID for an unknown zone. [any] */
  agente_status (*local_day)(const agente_host* host, int64_t time_ms, agente_str zone, agente_day* out);
} agente_clock_v1;

/* ---- agente.metrics/1 ---- */
#define AGENTE_METRICS_V1 "agente.metrics/1"

typedef struct agente_metrics_v1 {
  /* Adds `by`, which is not negative. Names follow Prometheus' conventions; the label `instance` is added. At most
   * 1,000 series per instance: beyond that, values are dropped and counted. INVALID for a malformed name. [any] */
  agente_status (*counter_add)(const agente_host* host, agente_str name, const agente_field* labels, size_t label_count,
                               double by);
  /* Sets a gauge; the rest as counter_add. [any] */
  agente_status (*gauge_set)(const agente_host* host, agente_str name, const agente_field* labels, size_t label_count,
                             double value);
  /* Adds one observation to a histogram; the rest as counter_add. [any] */
  agente_status (*histogram_observe)(const agente_host* host, agente_str name, const agente_field* labels,
                                     size_t label_count, double value);
} agente_metrics_v1;

/* ---- agente.http/1 ---- */
#define AGENTE_HTTP_V1 "agente.http/1"

typedef struct agente_http_request {
  uint32_t struct_size;
  uint32_t timeout_ms; /* 0: only the call's deadline. Resolving, connecting, TLS and the body all count */
  agente_str method;   /* GET, POST, ... */
  agente_str url;      /* http:// or https://; the host must be allowed (x-agente-egress, or `egress:` in YAML) */
  const agente_field* headers;
  size_t header_count;
  agente_bytes body;
  uint32_t max_response_bytes; /* 0: 16 MiB */
  uint32_t max_redirects;      /* each target is checked again; authorization is dropped on another host */
} agente_http_request;

/* The host calls status once, then header for each, then body for each piece; a code from any of them stops it. */
typedef struct agente_http_response_sink {
  void* ctx;
  agente_status (*status)(void* ctx, int32_t status);
  agente_status (*header)(void* ctx, agente_str name, agente_str value);
  agente_status (*body)(void* ctx, agente_bytes piece);
} agente_http_response_sink;

typedef struct agente_http_v1 {
  /* One blocking request on a pooled connection. Any HTTP status is AGENTE_OK: judge it yourself.
   * RETRY, TIMEOUT   nothing was sent: safe to repeat
   * UNKNOWN_OUTCOME  the request was (partly) written and no whole answer came: look up before repeating
   * CONFIG           the address is not allowed; the text says what to add to the YAML
   * INVALID          malformed request, or the answer is larger than allowed
   * `call` may be NULL where there is none (in create): then the instance's own deadline holds. [any] */
  agente_status (*request)(const agente_host* host, const agente_call* call, const agente_http_request* request,
                           const agente_http_response_sink* out, agente_error* err);
} agente_http_v1;

/* ---- agente.kv/1 ---- */
#define AGENTE_KV_V1 "agente.kv/1"
#define AGENTE_KV_ANY UINT64_MAX /* put, erase: whatever the revision is */

/* One entry of list. */
typedef struct agente_kv_entry {
  uint32_t struct_size;
  uint32_t schema;
  uint64_t revision;
  agente_str key;
  agente_bytes value;
} agente_kv_entry;

typedef struct agente_kv_sink {
  void* ctx;
  agente_status (*write)(void* ctx, const agente_kv_entry* entry);
} agente_kv_sink;

/* Durable, private to the instance (its id in the YAML, across plugin versions). Keys up to 256 bytes, values up to
 * 1 MiB. `schema` is the plugin's own number for the value's layout: version n+1 must read n. Writes are durable when
 * the call returns and are refused with CANCELLED until the instance is live. RETRY when the store is down. */
typedef struct agente_kv_v1 {
  /* Writes the one entry with this key. NOT_FOUND when absent. [any] */
  agente_status (*get)(const agente_host* host, agente_str key, const agente_kv_sink* out, agente_error* err);
  /* Writes a value. `expected`: the revision it must have now, 0 = must not exist, AGENTE_KV_ANY. CONFLICT otherwise.
   * `revision` (may be NULL) receives the new one. [any] */
  agente_status (*put)(const agente_host* host, agente_str key, agente_bytes value, uint32_t schema, uint64_t expected,
                       uint64_t* revision, agente_error* err);
  /* Removes a key; `expected` as in put. [any] */
  agente_status (*erase)(const agente_host* host, agente_str key, uint64_t expected, agente_error* err);
  /* Entries whose key begins with `prefix` and is greater than `after`, in the order of the keys' bytes. At
   * most `limit`, and never more than 10,000: go on after the last key. [any] */
  agente_status (*list)(const agente_host* host, agente_str prefix, agente_str after, uint32_t limit,
                        const agente_kv_sink* out, agente_error* err);
  /* Like put with AGENTE_KV_ANY, but kept back and committed together with the messages accepted in `call` (a poll's
   * cursor); dropped with them if the call fails. Not visible to get before that. Where accept may be used. [any] */
  agente_status (*stage)(const agente_host* host, const agente_call* call, agente_str key, agente_bytes value,
                         uint32_t schema, agente_error* err);
} agente_kv_v1;

/* ---- agente.timer/1 ---- */
#define AGENTE_TIMER_V1 "agente.timer/1"

typedef struct agente_timer_v1 {
  /* Calls fn(ctx, call, err) [serial] once after delay_ms, then every period_ms (0: only once). What fn stages is
   * committed if it returns AGENTE_OK; otherwise that is dropped and err's text is logged; the period goes on. `id`
   * (may be NULL) receives its name. Timers of an instance that is not live yet start when it is. RATE: the instance
   * has 1,000 timers already. Where several hosts share a store, the timers of an instance run on one of them at a
   * time; one that is due elsewhere waits until its host's turn. [any] */
  agente_status (*start)(const agente_host* host, uint32_t delay_ms, uint32_t period_ms,
                         agente_status (*fn)(void* ctx, const agente_call* call, agente_error* err), void* ctx,
                         uint64_t* id, agente_error* err);
  /* No further calls begin; one under way may still be running. NOT_FOUND for an unknown id. [any] */
  agente_status (*stop)(const agente_host* host, uint64_t id);
} agente_timer_v1;

/* ---- agente.limits/1, from 0.3 ---- */
#define AGENTE_LIMITS_V1 "agente.limits/1"

typedef struct agente_limits_v1 {
  /* Takes one use of `name` (1 to 1024 bytes of UTF-8, the instance's own): `at_once` of them, and one more each
   * `window_ms / at_once` (GCRA), by this instance in all hosts together. RATE: none is left; err's retry_after_ms says
   * when there will be one, for whoever asks first. Hosts that share no cache, and those whose cache is away, count
   * each for itself: still obey the other side. [any] */
  agente_status (*take)(const agente_host* host, agente_str name, uint32_t at_once, uint32_t window_ms,
                        agente_error* err);
} agente_limits_v1;

/* ---- agente.inbox/1: see channel.h for the records ---- */
#define AGENTE_INBOX_V1 "agente.inbox/1"

struct agente_inbound;
struct agente_receipt;

/* Staging, not storing: what is accepted in a call is committed by the host after the call has returned AGENTE_OK and
 * before the provider is answered. If it cannot be committed the provider gets 503 and comes again, so a plugin cannot
 * acknowledge too early, and a message handed over twice is handled once. Only in on_http, poll and timer calls:
 * INVALID in any other. */
typedef struct agente_inbox_v1 {
  /* Stages one message. NOT_FOUND: the account belongs to no hotel in the YAML; count it and go on. INVALID: no
   * external_id or sender. [any] */
  agente_status (*accept)(const agente_host* host, const agente_call* call, const struct agente_inbound* message,
                          agente_error* err);
  /* What became of a message we sent. Unknown messages are kept for a while: a receipt may overtake the send.
   * NOT_FOUND: as accept. INVALID: neither key nor external_id. [any] */
  agente_status (*receipt)(const agente_host* host, const agente_call* call, const struct agente_receipt* receipt,
                           agente_error* err);
} agente_inbox_v1;

#ifdef __cplusplus
}
#endif
#endif
