/* A channel in plain C that uses every function, service and record of ABI 0.3 that a channel can. Its binary beside it
 * is kept for ever: later hosts must load it and be served by it. Do not change this file; README.md says how it was
 * built. */
#include <agente/channel.h>
#include <stdlib.h>
#include <string.h>

#define STR(text) ((agente_str){(text), sizeof(text) - 1})
#define SCHEMA "{\"type\":\"object\",\"properties\":{\"greeting\":{\"type\":\"string\"}}}"
#define SCHEMA_FNV1A 0xd3a3c742afe24eefULL

struct note {
  uint32_t name_size, descriptor_size, type;
  char owner[8];
  agente_note descriptor;
} __attribute__((packed));
__attribute__((section(".note.agente.plugin"), used, aligned(4))) static const struct note note = {
    7,
    sizeof(agente_note),
    1,
    "agente",
    {sizeof(agente_note), AGENTE_KIND_CHANNEL, AGENTE_ABI_MAJOR, AGENTE_ABI_MINOR, 0, SCHEMA_FNV1A, "bellboy",
     "1.0.0"}};
__attribute__((section(".agente.schema"), used)) static const char schema[sizeof SCHEMA - 1] = SCHEMA;

typedef struct bellboy {
  const agente_host* host;
  const agente_log_v1* log;
  const agente_config_v1* config;
  const agente_secrets_v1* secrets;
  const agente_clock_v1* clock;
  const agente_metrics_v1* metrics;
  const agente_kv_v1* kv;
  const agente_timer_v1* timer;
  const agente_limits_v1* limits;
  const agente_inbox_v1* inbox;
  uint64_t timer_id;
  uint32_t polls;
} bellboy;

static agente_status fail(agente_error* err, agente_status code, const char* text) {
  err->code = code;
  err->retry_after_ms = 1500;
  err->text_len = (uint32_t)strlen(text);
  memcpy(err->text, text, err->text_len);
  return code;
}

static agente_bytes bytes(agente_str text) { return (agente_bytes){(const uint8_t*)text.ptr, text.len}; }

static agente_status relay(void* out, agente_bytes piece) {
  const agente_sink* sink = out;
  return sink->write(sink->ctx, piece);
}

static agente_status relay_entry(void* out, const agente_kv_entry* entry) {
  return entry->struct_size >= sizeof *entry && entry->schema == 1 ? relay(out, entry->value) : AGENTE_E_INTERNAL;
}

static agente_status count(void* ctx, const agente_kv_entry* entry) {
  *(uint32_t*)ctx += (uint32_t)(entry->value.len > 0);
  return AGENTE_OK;
}

static agente_status stage(bellboy* self, const agente_call* call, agente_str id, agente_str text, agente_error* err) {
  const agente_inbound message = {.struct_size = sizeof message,
                                  .external_id = id,
                                  .sender = STR("34600"),
                                  .sender_name = STR("Ana"),
                                  .kind = STR("text"),
                                  .text = text,
                                  .raw = bytes(text),
                                  .provider_time_ms = self->clock->now_ms(self->host)};
  return self->inbox->accept(self->host, call, &message, err);
}

static agente_status tick(void* self, const agente_call* call, agente_error* err) {
  return stage(self, call, STR("tick"), STR("from the timer"), err);
}

static agente_status find_services(bellboy* self) {
  const agente_host* host = self->host;
  self->log = host->query(host, STR(AGENTE_LOG_V1));
  self->config = host->query(host, STR(AGENTE_CONFIG_V1));
  self->secrets = host->query(host, STR(AGENTE_SECRETS_V1));
  self->clock = host->query(host, STR(AGENTE_CLOCK_V1));
  self->metrics = host->query(host, STR(AGENTE_METRICS_V1));
  self->kv = host->query(host, STR(AGENTE_KV_V1));
  self->timer = host->query(host, STR(AGENTE_TIMER_V1));
  self->limits = host->query(host, STR(AGENTE_LIMITS_V1));
  self->inbox = host->query(host, STR(AGENTE_INBOX_V1));
  const int all = self->log && self->config && self->secrets && self->clock && self->metrics && self->kv &&
                  self->timer && self->limits && self->inbox && host->query(host, STR(AGENTE_HTTP_V1));
  return all ? AGENTE_OK : AGENTE_E_UNSUPPORTED;
}

static agente_status create(const agente_host* host, agente_str config, void** self, agente_error* err) {
  bellboy* made = calloc(1, sizeof *made);
  agente_status status = AGENTE_E_INTERNAL;
  (void)config;
  if (made == NULL) return fail(err, status, "no memory");
  made->host = host;
  if (host->struct_size < sizeof *host || find_services(made) != AGENTE_OK) {
    status = fail(err, AGENTE_E_UNSUPPORTED, "this host lacks a service of ABI 0.3");
  } else {
    status = made->timer->start(host, 30000, 0, tick, made, &made->timer_id, err);
  }
  if (status == AGENTE_OK)
    *self = made;
  else
    free(made);
  return status;
}

static void destroy(void* self) { free(self); }

/* Remembers whom it was for. Its id is what a message that is not text asks for in its details, else the key. */
static agente_status send_message(void* ctx, const agente_call* call, const agente_outbound* message,
                                  const agente_sink* external_id, agente_error* err) {
  bellboy* self = ctx;
  const agente_field to = {STR("to"), message->recipient};
  uint64_t revision = 0;
  if (message->text.len == 0) return fail(err, AGENTE_E_RATE, "an empty message; slow down");
  const agente_status allowed = self->limits->take(self->host, STR("sent"), 1000, 1000, err);
  if (allowed != AGENTE_OK) return allowed;
  self->log->write(self->host, call, AGENTE_LOG_INFO, STR("sent"), &to, 1);
  self->metrics->counter_add(self->host, STR("bellboy_sent_total"), NULL, 0, 1);
  self->metrics->gauge_set(self->host, STR("bellboy_attempt"), NULL, 0, message->attempt);
  self->metrics->histogram_observe(self->host, STR("bellboy_bytes"), NULL, 0, (double)message->text.len);
  agente_status status =
      self->kv->put(self->host, message->key, bytes(message->recipient), 1, AGENTE_KV_ANY, &revision, err);
  if (status != AGENTE_OK) return status;
  if (message->struct_size < sizeof *message) return external_id->write(external_id->ctx, bytes(message->key));
  self->metrics->gauge_set(self->host, STR("bellboy_guest_wrote_ms"), NULL, 0, (double)message->guest_wrote_ms);
  return external_id->write(external_id->ctx, bytes(message->details.len > 0 ? message->details : message->key));
}

static agente_status on_http(void* ctx, const agente_call* call, const agente_http_in* request,
                             const agente_http_out* out, agente_error* err) {
  bellboy* self = ctx;
  const agente_str text = {(const char*)request->body.ptr, request->body.len};
  const agente_receipt receipt = {.struct_size = sizeof receipt,
                                  .state = AGENTE_RECEIPT_FAILED,
                                  .key = STR("k1"),
                                  .external_id = STR("p1"),
                                  .code = STR("131026"),
                                  .reason = STR("not on the network"),
                                  .provider_time_ms = 7};
  agente_status status = stage(self, call, request->query, text, err);
  if (status == AGENTE_OK) status = self->inbox->receipt(self->host, call, &receipt, err);
  if (status == AGENTE_OK) status = self->kv->stage(self->host, call, STR("cursor"), bytes(request->query), 1, err);
  if (status != AGENTE_OK) return status;
  out->status(out->ctx, 200);
  if (request->header_count > 0) out->header(out->ctx, STR("X-Seen"), request->headers[0].name);
  return out->body(out->ctx, bytes(request->method));
}

static agente_status poll(void* ctx, const agente_call* call, uint32_t* next_ms, agente_error* err) {
  bellboy* self = ctx;
  *next_ms = 3600000;
  return self->polls++ == 0 ? stage(self, call, STR("polled"), STR("from the poll"), err) : AGENTE_OK;
}

static agente_status lookup(void* ctx, const agente_call* call, agente_str key, const agente_sink* external_id,
                            agente_error* err) {
  bellboy* self = ctx;
  const agente_kv_sink sink = {(void*)(uintptr_t)external_id, relay_entry};
  (void)call;
  return self->kv->get(self->host, key, &sink, err);
}

static agente_status say(const agente_check_sink* out, agente_str stage, int ok) {
  const agente_check check = {sizeof check, (uint32_t)ok, stage, ok ? STR("") : STR("it does not"), STR("")};
  return out->write(out->ctx, &check);
}

static agente_status nowhere(void* ctx, agente_bytes piece) {
  *(size_t*)ctx += piece.len;
  return AGENTE_OK;
}

/* What the services answer, one check each. */
static agente_status self_test(void* ctx, const agente_call* call, const agente_check_sink* out, agente_error* err) {
  bellboy* self = ctx;
  agente_instance me = {.struct_size = sizeof me};
  agente_day day = 0;
  size_t length = 0;
  uint32_t entries = 0;
  const agente_sink text = {&length, nowhere};
  const agente_kv_sink kv = {&entries, count};
  say(out, STR("config"), self->config->get(self->host, STR("/greeting"), &text, err) == AGENTE_OK && length == 6);
  say(out, STR("instance"), self->config->instance(self->host, &me) == AGENTE_OK && me.id.len == 4);
  say(out, STR("secrets"), self->secrets->get(self->host, STR("/none"), &text, err) == AGENTE_E_NOT_FOUND);
  say(out, STR("clock"), self->clock->monotonic_ms(self->host) < call->deadline_ms);
  say(out, STR("calendar"), self->clock->local_day(self->host, 86400000, STR("UTC"), &day) == AGENTE_OK && day == 1);
  say(out, STR("kv"), self->kv->list(self->host, STR(""), STR(""), 10, &kv, err) == AGENTE_OK);
  say(out, STR("erase"), self->kv->erase(self->host, STR("none"), AGENTE_KV_ANY, err) != AGENTE_E_INTERNAL);
  return say(out, STR("timer"), self->timer->stop(self->host, ~self->timer_id) == AGENTE_E_NOT_FOUND);
}

/* What it was told is counted, and kept under the message's id. */
static agente_status seen(void* ctx, const agente_call* call, agente_str account, agente_str external_id,
                          uint32_t flags, agente_error* err) {
  bellboy* self = ctx;
  (void)call;
  if (external_id.len == 0) return fail(err, AGENTE_E_INVALID, "seen what?");
  self->metrics->gauge_set(self->host, STR("bellboy_seen_flags"), NULL, 0, flags);
  return self->kv->put(self->host, external_id, bytes(account), 1, AGENTE_KV_ANY, NULL, err);
}

/* The file is the raw body, called as the message. */
static agente_status fetch(void* ctx, const agente_call* call, const agente_media_request* request,
                           const agente_media_sink* out, agente_error* err) {
  const agente_media_about about = {sizeof about,        0, request->kind, request->external_id, request->account,
                                    request->external_id};
  (void)ctx;
  (void)call;
  if (request->raw.len > request->max_bytes) return fail(err, AGENTE_E_INVALID, "it is too large");
  const agente_status status = out->about(out->ctx, &about);
  return status == AGENTE_OK ? out->write(out->ctx, request->raw) : status;
}

/* Its id is its own words. */
static agente_status upload(void* ctx, const agente_call* call, const agente_media_file* file, const agente_sink* id,
                            agente_error* err) {
  (void)ctx;
  (void)call;
  return file->bytes.len == 0 ? fail(err, AGENTE_E_INVALID, "it is empty") : id->write(id->ctx, file->bytes);
}

static int is(agente_str text, agente_str wanted) {
  return text.len == wanted.len && memcmp(text.ptr, wanted.ptr, wanted.len) == 0;
}

static const void* query(void* self, agente_str id) {
  static const agente_channel_v1 channel = {send_message, on_http, poll, lookup, self_test};
  static const agente_channel_presence_v1 presence = {seen};
  static const agente_channel_media_v1 media = {fetch, upload};
  (void)self;
  if (is(id, STR(AGENTE_CHANNEL_MEDIA_V1))) return &media;
  if (is(id, STR(AGENTE_CHANNEL_PRESENCE_V1))) return &presence;
  return is(id, STR(AGENTE_CHANNEL_V1)) ? &channel : NULL;
}

AGENTE_EXPORT const agente_plugin* agente_plugin_entry(uint32_t host_abi_major) {
  static const agente_plugin plugin = {sizeof plugin,
                                       AGENTE_ABI_MAJOR,
                                       AGENTE_ABI_MINOR,
                                       AGENTE_KIND_CHANNEL,
                                       {"bellboy", 7},
                                       {"1.0.0", 5},
                                       {SCHEMA, sizeof SCHEMA - 1},
                                       0,
                                       create,
                                       destroy,
                                       query};
  return host_abi_major == AGENTE_ABI_MAJOR ? &plugin : NULL;
}
