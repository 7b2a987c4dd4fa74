/* A channel in plain C99, against the headers of the specification alone. A guest's message is a POST to
 * /webhook/<channel> with the headers authorization, x-message-id and x-sender; the hotel's reply is a POST of its text
 * to `outbox_url`, with x-recipient and x-key. */
#include <agente/c_note.h>
#include <agente/channel.h>
#include <agente_schema.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID "c-channel"
#define VERSION "1.0.0"

AGENTE_C_NOTE(AGENTE_KIND_CHANNEL, ID, VERSION);

/* One instance: the services it uses, found once, and the only setting that is no secret. */
typedef struct desk {
  const agente_host* host;
  const agente_config_v1* config;
  const agente_secrets_v1* secrets;
  const agente_http_v1* http;
  const agente_inbox_v1* inbox;
  char outbox_url[512];
} desk;

/* ---- texts ---- */

static agente_str str(const char* text) {
  agente_str out;
  out.ptr = text;
  out.len = strlen(text);
  return out;
}

static int equal(agente_str a, agente_str b) {
  return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* The time it takes does not tell where they differ. */
static int equal_secret(agente_str a, agente_str b) {
  volatile unsigned char difference = 0;
  size_t i;
  if (a.len != b.len) return 0;
  for (i = 0; i < a.len; ++i) difference = (unsigned char)(difference | (a.ptr[i] ^ b.ptr[i]));
  return difference == 0;
}

static int equal_header_name(agente_str name, const char* lower) {
  size_t i;
  if (name.len != strlen(lower)) return 0;
  for (i = 0; i < name.len; ++i) {
    const char c = name.ptr[i];
    if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != lower[i]) return 0;
  }
  return 1;
}

static agente_status fail(agente_error* err, agente_status code, const char* text) {
  if (err != NULL && err->struct_size >= sizeof *err) {
    err->code = code;
    err->text_len = (uint32_t)(strlen(text) < sizeof err->text ? strlen(text) : sizeof err->text);
    memcpy(err->text, text, err->text_len);
  }
  return code;
}

/* A sink of fixed size. Rather an error than half a text. */
typedef struct buffer {
  size_t len;
  char bytes[512];
} buffer;

static agente_status take(void* ctx, agente_bytes piece) {
  buffer* into = ctx;
  if (piece.len > sizeof into->bytes - into->len) return AGENTE_E_INVALID;
  if (piece.len > 0) memcpy(into->bytes + into->len, piece.ptr, piece.len);
  into->len += piece.len;
  return AGENTE_OK;
}

static agente_str text_of(const buffer* from) {
  agente_str out;
  out.ptr = from->bytes;
  out.len = from->len;
  return out;
}

/* "Bearer <token>", asked for anew each time: the token may be rotated while we run. */
static agente_status bearer(const desk* self, buffer* out, agente_error* err) {
  agente_sink sink;
  out->len = 7;
  memcpy(out->bytes, "Bearer ", 7);
  sink.ctx = out;
  sink.write = take;
  return self->secrets->get(self->host, str("/token"), &sink, err);
}

/* ---- a reply to a guest ---- */

typedef struct answer {
  int32_t status;
  buffer body;
} answer;

static agente_status answer_status(void* ctx, int32_t status) {
  ((answer*)ctx)->status = status;
  return AGENTE_OK;
}

static agente_status answer_header(void* ctx, agente_str name, agente_str value) {
  (void)ctx, (void)name, (void)value;
  return AGENTE_OK;
}

static agente_status answer_body(void* ctx, agente_bytes piece) { return take(&((answer*)ctx)->body, piece); }

static agente_status judge(int32_t status, agente_error* err) {
  char text[64];
  if (status >= 200 && status < 300) return AGENTE_OK;
  if (status == 401) return fail(err, AGENTE_E_AUTH, "the outbox refused our token; check token");
  snprintf(text, sizeof text, "the outbox answers %d", (int)status);
  if (status == 429) return fail(err, AGENTE_E_RATE, text);
  return fail(err, status >= 500 ? AGENTE_E_RETRY : AGENTE_E_INVALID, text);
}

static agente_status send_reply(void* ctx, const agente_call* call, const agente_outbound* message,
                                const agente_sink* external_id, agente_error* err) {
  const desk* self = ctx;
  buffer token;
  answer got = {0, {0, {0}}};
  agente_field headers[3];
  agente_http_request request;
  agente_http_response_sink out;
  agente_bytes id;
  agente_status status = bearer(self, &token, err);
  if (status != AGENTE_OK) return status;

  headers[0].key = str("authorization");
  headers[0].value = text_of(&token);
  headers[1].key = str("x-recipient");
  headers[1].value = message->recipient;
  headers[2].key = str("x-key");
  headers[2].value = message->key;
  memset(&request, 0, sizeof request);
  request.struct_size = sizeof request;
  request.method = str("POST");
  request.url = str(self->outbox_url);
  request.headers = headers;
  request.header_count = 3;
  request.body.ptr = (const uint8_t*)message->text.ptr;
  request.body.len = message->text.len;
  request.max_response_bytes = sizeof got.body.bytes;
  out.ctx = &got;
  out.status = answer_status;
  out.header = answer_header;
  out.body = answer_body;

  /* What the host answers here is what it wants to hear: did not happen, or nobody knows. */
  status = self->http->request(self->host, call, &request, &out, err);
  if (status == AGENTE_OK) status = judge(got.status, err);
  if (status != AGENTE_OK || got.body.len == 0) return status;
  id.ptr = (const uint8_t*)got.body.bytes;
  id.len = got.body.len;
  return external_id->write(external_id->ctx, id);
}

/* ---- a message of a guest ---- */

static agente_str header(const agente_http_in* request, const char* name) {
  size_t i;
  for (i = 0; i < request->header_count; ++i) {
    if (equal_header_name(request->headers[i].name, name)) return request->headers[i].value;
  }
  return str("");
}

/* Staged, not stored: the host commits it before our 200 goes out, and knows a message that is delivered twice. */
static agente_status stage(const desk* self, const agente_call* call, const agente_http_in* request,
                           agente_error* err) {
  agente_inbound message;
  memset(&message, 0, sizeof message);
  message.struct_size = sizeof message;
  message.external_id = header(request, "x-message-id");
  message.sender = header(request, "x-sender");
  message.kind = str("text");
  message.text.ptr = (const char*)request->body.ptr;
  message.text.len = request->body.len;
  return self->inbox->accept(self->host, call, &message, err);
}

static agente_status on_http(void* ctx, const agente_call* call, const agente_http_in* request,
                             const agente_http_out* out, agente_error* err) {
  const desk* self = ctx;
  buffer token;
  agente_status status = bearer(self, &token, err);
  if (status != AGENTE_OK) return status;
  if (!equal_secret(header(request, "authorization"), text_of(&token))) return out->status(out->ctx, 401);
  if (!equal(request->method, str("POST"))) return out->status(out->ctx, 405);
  if (header(request, "x-message-id").len == 0 || header(request, "x-sender").len == 0)
    return out->status(out->ctx, 400);
  status = stage(self, call, request, err);
  return status == AGENTE_OK ? out->status(out->ctx, 200) : status;
}

static agente_status self_test(void* ctx, const agente_call* call, const agente_check_sink* out, agente_error* err) {
  buffer token;
  agente_check check;
  (void)call, (void)err;
  memset(&check, 0, sizeof check);
  check.struct_size = sizeof check;
  check.stage = str("token");
  check.ok = bearer(ctx, &token, NULL) == AGENTE_OK;
  if (!check.ok) {
    check.cause = str("the token cannot be read");
    check.remedy = str("set token, at most 500 bytes");
  }
  return out->write(out->ctx, &check);
}

/* ---- the plugin ---- */

/* The setting as JSON text is the URL between quotes. */
static agente_status read_outbox_url(desk* self, agente_error* err) {
  buffer json = {0, {0}};
  agente_sink sink;
  agente_status status;
  sink.ctx = &json;
  sink.write = take;
  status = self->config->get(self->host, str("/outbox_url"), &sink, err);
  if (status != AGENTE_OK) return status;
  if (json.len < 2) return fail(err, AGENTE_E_CONFIG, "outbox_url must be a URL");
  memcpy(self->outbox_url, json.bytes + 1, json.len - 2);
  return AGENTE_OK;
}

static agente_status create(const agente_host* host, agente_str config_json, void** out, agente_error* err) {
  agente_status status;
  desk* self = calloc(1, sizeof *self);
  (void)config_json;
  if (self == NULL) return fail(err, AGENTE_E_RETRY, "no space for an instance");
  self->host = host;
  self->config = host->query(host, str(AGENTE_CONFIG_V1));
  self->secrets = host->query(host, str(AGENTE_SECRETS_V1));
  self->http = host->query(host, str(AGENTE_HTTP_V1));
  self->inbox = host->query(host, str(AGENTE_INBOX_V1));
  status = self->config && self->secrets && self->http && self->inbox
               ? read_outbox_url(self, err)
               : fail(err, AGENTE_E_UNSUPPORTED, "this host lacks a service; install a newer one");
  if (status == AGENTE_OK) {
    *out = self;
  } else {
    free(self);
  }
  return status;
}

static void destroy(void* self) { free(self); }

static const agente_channel_v1 channel = {send_reply, on_http, NULL, NULL, self_test};

static const void* query(void* self, agente_str interface_id) {
  (void)self;
  return equal(interface_id, str(AGENTE_CHANNEL_V1)) ? &channel : NULL;
}

static const agente_plugin plugin = {sizeof(agente_plugin),
                                     AGENTE_ABI_MAJOR,
                                     AGENTE_ABI_MINOR,
                                     AGENTE_KIND_CHANNEL,
                                     {ID, sizeof ID - 1},
                                     {VERSION, sizeof VERSION - 1},
                                     AGENTE_C_SCHEMA,
                                     0,
                                     create,
                                     destroy,
                                     query};

AGENTE_EXPORT const agente_plugin* agente_plugin_entry(uint32_t host_abi_major) {
  return host_abi_major == AGENTE_ABI_MAJOR ? &plugin : NULL;
}
