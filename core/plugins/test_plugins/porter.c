/* A good channel. It answers webhooks "accept <account> <text>", uses every service when sent to "kv", "timer", ...,
 * and blocks in send to "gate" until the file named by the text is there. With -DSICK its self-test fails where the
 * plain one's works, with -DHANGS it never ends. */
#ifndef PLUGIN_ID
#define PLUGIN_ID "porter"
#endif
#ifndef PLUGIN_KIND
#define PLUGIN_KIND AGENTE_KIND_CHANNEL
#endif
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "test_plugin.h"

typedef struct porter {
  const agente_host* host;
  agente_call last;
  int polls;
} porter;

static const void* service(const porter* self, const char* id) {
  return self->host->query(self->host, (agente_str){id, strlen(id)});
}

static int is(agente_str text, const char* word) {
  return text.len == strlen(word) && memcmp(text.ptr, word, text.len) == 0;
}

static agente_status plugin_create(const agente_host* host, agente_str config, void** self, agente_error* err) {
  if (memmem(config.ptr, config.len, "\"refuse\"", 8) != NULL)
    return fail(err, AGENTE_E_CONFIG, "refuse: must not be set");
  porter* made = calloc(1, sizeof *made);
  made->host = host;
  *self = made;
  if (memmem(config.ptr, config.len, "\"early\"", 7) != NULL) {
    const agente_kv_v1* kv = service(made, AGENTE_KV_V1);
    if (kv->put(host, STR("k"), (agente_bytes){NULL, 0}, 1, AGENTE_KV_ANY, NULL, err) != AGENTE_E_CANCELLED) {
      return fail(err, AGENTE_E_INTERNAL, "a write before live was not refused");
    }
  }
  return AGENTE_OK;
}

static void plugin_destroy(void* self) { free(self); }

static agente_status relay(void* ctx, agente_bytes piece) {
  const agente_sink* out = ctx;
  return out->write(out->ctx, piece);
}

static agente_status relay_entry(void* ctx, const agente_kv_entry* entry) { return relay(ctx, entry->value); }

static agente_status use_kv(porter* self, const agente_outbound* m, const agente_sink* out, agente_error* err) {
  const agente_kv_v1* kv = service(self, AGENTE_KV_V1);
  uint64_t revision = 0;
  agente_status status = kv->put(self->host, STR("greeting"), (agente_bytes){(const uint8_t*)m->text.ptr, m->text.len},
                                 1, AGENTE_KV_ANY, &revision, err);
  if (status != AGENTE_OK) return status;
  const agente_kv_sink sink = {(void*)(uintptr_t)out, relay_entry};
  return kv->get(self->host, STR("greeting"), &sink, err);
}

static agente_status tick(void* ctx, const agente_call* call, agente_error* err) {
  porter* self = ctx;
  const agente_inbox_v1* inbox = service(self, AGENTE_INBOX_V1);
  agente_inbound m = {.struct_size = sizeof m,
                      .account = STR("100"),
                      .external_id = STR("tick-1"),
                      .sender = STR("clock"),
                      .text = STR("tick")};
  return inbox->accept(self->host, call, &m, err);
}

static agente_status http_status(void* ctx, int32_t status) {
  char text[16];
  snprintf(text, sizeof text, "%d ", status);
  return put(ctx, text);
}
static agente_status http_header(void* ctx, agente_str name, agente_str value) {
  (void)ctx, (void)name, (void)value;
  return AGENTE_OK;
}

static agente_status use_http(porter* self, const agente_call* call, const agente_outbound* m, const agente_sink* out,
                              agente_error* err) {
  const agente_http_v1* http = service(self, AGENTE_HTTP_V1);
  agente_http_request request = {.struct_size = sizeof request, .method = STR("GET"), .url = m->text};
  agente_http_response_sink sink = {(void*)(uintptr_t)out, http_status, http_header, relay};
  return http->request(self->host, call, &request, &sink, err);
}

static agente_status use_metrics(porter* self) {
  const agente_metrics_v1* metrics = service(self, AGENTE_METRICS_V1);
  const agente_field label = {STR("reason"), STR("test")};
  if (metrics->counter_add(self->host, STR("bad name"), NULL, 0, 1) != AGENTE_E_INVALID) return AGENTE_E_INTERNAL;
  return metrics->counter_add(self->host, STR("porter_things_total"), &label, 1, 3);
}

static agente_status use_clock(porter* self, const agente_sink* out) {
  const agente_clock_v1* clock = service(self, AGENTE_CLOCK_V1);
  agente_day day = 0;
  char text[64];
  agente_status status = clock->local_day(self->host, clock->now_ms(self->host), STR("Europe/Madrid"), &day);
  if (clock->local_day(self->host, 0, STR("Mars/Olympus"), &day) != AGENTE_E_INVALID) return AGENTE_E_INTERNAL;
  snprintf(text, sizeof text, "%d", (int)day);
  return status == AGENTE_OK ? put(out, text) : status;
}

static agente_status use_limits(porter* self, const agente_outbound* m, agente_error* err) {
  const agente_limits_v1* limits = service(self, AGENTE_LIMITS_V1);
  if (limits->take(self->host, STR(""), 1, 1, err) != AGENTE_E_INVALID) return AGENTE_E_INTERNAL;
  if (limits->take(self->host, m->text, 1, 0, err) != AGENTE_E_INVALID) return AGENTE_E_INTERNAL;
  return limits->take(self->host, m->text, 2, 1000, err);
}

static agente_status wait_for_file(agente_str name) {
  char path[512];
  snprintf(path, sizeof path, "%.*s", (int)name.len, name.ptr);
  while (access(path, F_OK) != 0) nanosleep(&(struct timespec){0, 1000000}, NULL);
  return AGENTE_OK;
}

static agente_status send(void* ctx, const agente_call* call, const agente_outbound* m, const agente_sink* out,
                          agente_error* err) {
  porter* self = ctx;
  if (is(m->recipient, "version")) return put(out, PLUGIN_VERSION);
  if (is(m->recipient, "kv")) return use_kv(self, m, out, err);
  if (is(m->recipient, "http")) return use_http(self, call, m, out, err);
  if (is(m->recipient, "clock")) return use_clock(self, out);
  if (is(m->recipient, "metrics")) return use_metrics(self);
  if (is(m->recipient, "limits")) return use_limits(self, m, err);
  if (is(m->recipient, "gate")) return wait_for_file(m->text);
  if (is(m->recipient, "accept")) return tick(self, call, err);
  if (is(m->recipient, "rate")) {
    err->retry_after_ms = 1500;
    return fail(err, AGENTE_E_RATE, "slow down");
  }
  if (is(m->recipient, "log")) {
    const agente_log_v1* log = service(self, AGENTE_LOG_V1);
    const agente_field field = {STR("who"), STR("a guest\nfake line")};
    for (int i = 0; i < 300; ++i) log->write(self->host, call, AGENTE_LOG_INFO, m->text, &field, 1);
    return AGENTE_OK;
  }
  if (is(m->recipient, "secret")) {
    const agente_secrets_v1* secrets = service(self, AGENTE_SECRETS_V1);
    return secrets->get(self->host, m->text, out, err);
  }
  if (is(m->recipient, "config")) {
    const agente_config_v1* config = service(self, AGENTE_CONFIG_V1);
    return config->get(self->host, m->text, out, err);
  }
  if (is(m->recipient, "hotel")) {
    const agente_config_v1* config = service(self, AGENTE_CONFIG_V1);
    agente_instance who = {.struct_size = sizeof who};
    const agente_status status = config->instance(self->host, &who);
    return status == AGENTE_OK
               ? out->write(out->ctx, (agente_bytes){(const uint8_t*)who.timezone.ptr, who.timezone.len})
               : status;
  }
  if (is(m->recipient, "accounts")) {
    const agente_config_v1* config = service(self, AGENTE_CONFIG_V1);
    agente_instance who = {.struct_size = sizeof who};
    if (is(m->text, "as of 0.2")) who.struct_size = offsetof(agente_instance, accounts);
    const agente_status status = config->instance(self->host, &who);
    if (status != AGENTE_OK) return status;
    for (size_t i = 0; i < who.account_count; i++) {
      out->write(out->ctx, (agente_bytes){(const uint8_t*)who.accounts[i].ptr, who.accounts[i].len});
      put(out, " ");
    }
    return put(out, "end");
  }
  if (is(m->recipient, "timer")) {
    const agente_timer_v1* timer = service(self, AGENTE_TIMER_V1);
    return timer->start(self->host, 5000, 0, tick, self, NULL, err);
  }
  if (is(m->recipient, "stale")) { /* a call that is over must not be served */
    const agente_inbox_v1* inbox = service(self, AGENTE_INBOX_V1);
    agente_inbound late = {.struct_size = sizeof late, .external_id = STR("x"), .sender = STR("x")};
    return inbox->accept(self->host, &self->last, &late, err);
  }
  return put(out, "id-of-") == AGENTE_OK ? out->write(out->ctx, (agente_bytes){(const uint8_t*)m->key.ptr, m->key.len})
                                         : AGENTE_E_INTERNAL;
}

/* The body is "<status> <account> <sender> <text>"; of the sender "receipt" the text is a receipt's state. */
static agente_status on_http(void* ctx, const agente_call* call, const agente_http_in* request,
                             const agente_http_out* out, agente_error* err) {
  porter* self = ctx;
  const agente_inbox_v1* inbox = service(self, AGENTE_INBOX_V1);
  char body[200000] = {0};
  memcpy(body, request->body.ptr, request->body.len < sizeof body - 1 ? request->body.len : sizeof body - 1);
  char* rest = NULL;
  const char* status = strtok_r(body, " ", &rest);
  const char* account = strtok_r(NULL, " ", &rest);
  const char* sender = strtok_r(NULL, " ", &rest);
  const char* text = strtok_r(NULL, "", &rest);
  if (strcmp(text, "remember") == 0) self->last = *call; /* for "stale"; only one call at a time says it */
  if (strcmp(account, "-") == 0) account = "";
  if (strcmp(sender, "-") == 0) sender = "";
  if (strcmp(sender, "receipt") == 0) {
    const agente_receipt r = {.struct_size = sizeof r,
                              .state = atoi(text),
                              .account = {account, strlen(account)},
                              .external_id = STR("wamid.1")};
    const agente_status taken = inbox->receipt(self->host, call, &r, err);
    if (taken == AGENTE_OK) out->status(out->ctx, atoi(status));
    return taken;
  }
  agente_inbound m = {.struct_size = sizeof m,
                      .account = {account, strlen(account)},
                      .external_id = STR("wamid.1"),
                      .sender = {sender, strlen(sender)},
                      .kind = STR("text"),
                      .text = {text, strlen(text)},
                      .raw = request->body,
                      .provider_time_ms = 1000};
  if (strcmp(text, "all of you") == 0) m.flags = AGENTE_INBOUND_GROUP;
  m.choice = STR("room:7:twin");
  if (strcmp(text, "yes") != 0) m.struct_size = offsetof(agente_inbound, choice); /* as before 0.3 */
  const agente_status accepted = inbox->accept(self->host, call, &m, err);
  if (accepted != AGENTE_OK) return accepted;
  const agente_kv_v1* kv = service(self, AGENTE_KV_V1);
  if (kv->stage(self->host, call, STR("cursor"), (agente_bytes){(const uint8_t*)"7", 1}, 2, err) != AGENTE_OK) {
    return AGENTE_E_INTERNAL;
  }
  out->status(out->ctx, atoi(status));
  out->header(out->ctx, STR("Content-Type"), STR("text/plain"));
  out->body(out->ctx, (agente_bytes){(const uint8_t*)"done", 4});
  return AGENTE_OK;
}

#ifdef POLLS
static agente_status poll(void* ctx, const agente_call* call, uint32_t* next_ms, agente_error* err) {
  porter* self = ctx;
  *next_ms = 10000;
  if (++self->polls == 1) return fail(err, AGENTE_E_RETRY, "the mailbox is away");
  return tick(ctx, call, err);
}
#endif

#if !defined(NOTHING_BESIDES) && !defined(EMPTY_PRESENCE)
/* Keeps what it was told as the greeting; "throttled" is refused. */
static agente_status seen(void* ctx, const agente_call* call, agente_str account, agente_str external_id,
                          uint32_t flags, agente_error* err) {
  porter* self = ctx;
  const agente_kv_v1* kv = service(self, AGENTE_KV_V1);
  char text[200];
  const int length = snprintf(text, sizeof text, "%.*s %.*s %u", (int)account.len, account.ptr, (int)external_id.len,
                              external_id.ptr, flags);
  (void)call;
  if (is(external_id, "throttled")) return fail(err, AGENTE_E_RATE, "slow down");
  return kv->put(self->host, STR("greeting"), (agente_bytes){(const uint8_t*)text, (size_t)length}, 1, AGENTE_KV_ANY,
                 NULL, err);
}
#endif

#if !defined(NOTHING_BESIDES) && !defined(EMPTY_MEDIA)
/* The raw body is what becomes of the file: "gone", "huge", "mute", "twice", else its bytes. */
static agente_status fetch(void* ctx, const agente_call* call, const agente_media_request* request,
                           const agente_media_sink* out, agente_error* err) {
  (void)ctx, (void)call;
  const agente_str raw = {(const char*)request->raw.ptr, request->raw.len};
  const agente_media_about about = {.struct_size = sizeof about,
                                    .mime_type = request->kind,
                                    .file_name = request->external_id,
                                    .sha256 = request->account,
                                    .transcript = request->external_id};
  if (is(raw, "gone")) return fail(err, AGENTE_E_NOT_FOUND, "it is no more");
  if (is(raw, "mute")) return AGENTE_OK;
  if (out->about(out->ctx, &about) != AGENTE_OK) return AGENTE_E_INTERNAL;
  if (is(raw, "twice")) out->about(out->ctx, &about);
  static const uint8_t piece[1000] = {'x'};
  for (uint32_t sent = 0; is(raw, "huge") && sent <= request->max_bytes; sent += sizeof piece) {
    const agente_status status = out->write(out->ctx, (agente_bytes){piece, sizeof piece});
    if (status != AGENTE_OK) return status;
  }
  return is(raw, "huge") ? AGENTE_OK : out->write(out->ctx, request->raw);
}

/* Its id is its account and type; "too large" is refused, "nothing" has no id. */
static agente_status upload(void* ctx, const agente_call* call, const agente_media_file* file, const agente_sink* id,
                            agente_error* err) {
  const agente_str bytes = {(const char*)file->bytes.ptr, file->bytes.len};
  char text[200];
  const int length = snprintf(text, sizeof text, "%.*s %.*s", (int)file->account.len, file->account.ptr,
                              (int)file->mime_type.len, file->mime_type.ptr);
  (void)ctx, (void)call;
  if (is(bytes, "too large")) return fail(err, AGENTE_E_INVALID, "it is too large");
  if (is(bytes, "nothing")) return AGENTE_OK;
  return id->write(id->ctx, (agente_bytes){(const uint8_t*)text, (size_t)length});
}
#endif

static agente_status self_test(void* ctx, const agente_call* call, const agente_check_sink* out, agente_error* err) {
  (void)ctx, (void)call, (void)err;
#ifdef HANGS
  for (;;) nanosleep(&(struct timespec){0, 1000000}, NULL);
#endif
#ifdef SICK
  const agente_check good = {sizeof good, 0, STR("desk"), STR("it has no legs"), STR("buy some")};
#else
  const agente_check good = {sizeof good, 1, STR("desk"), {0}, {0}};
#endif
  const agente_check bad = {sizeof bad, 0, STR("bell"), STR("it does not ring"), STR("buy a battery")};
  return out->write(out->ctx, &good) == AGENTE_OK ? out->write(out->ctx, &bad) : AGENTE_E_INTERNAL;
}

static const void* plugin_query(void* self, agente_str id) {
  (void)self;
  static const agente_channel_v1 channel = {.send = send,
#ifndef NO_WEBHOOK
                                            .on_http = on_http,
#endif
#ifdef POLLS
                                            .poll = poll,
#endif
                                            .self_test = self_test};
#ifdef NO_INTERFACE
  return NULL;
#endif
#ifdef EMPTY_PRESENCE
  static const agente_channel_presence_v1 presence = {NULL};
#elif !defined(NOTHING_BESIDES)
  static const agente_channel_presence_v1 presence = {seen};
#endif
#ifdef EMPTY_MEDIA
  static const agente_channel_media_v1 media = {NULL, NULL};
#elif !defined(NOTHING_BESIDES)
  static const agente_channel_media_v1 media = {fetch, upload};
#endif
#ifndef NOTHING_BESIDES
  if (is(id, AGENTE_CHANNEL_MEDIA_V1)) return &media;
  if (is(id, AGENTE_CHANNEL_PRESENCE_V1)) return &presence;
#endif
  return is(id, AGENTE_CHANNEL_V1) ? &channel : NULL;
}
