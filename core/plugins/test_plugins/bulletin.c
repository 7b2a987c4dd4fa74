/* A good exporter: it describes itself, and takes batches that are in order. */
#define PLUGIN_ID "bulletin"
#define PLUGIN_KIND AGENTE_KIND_EXPORTER
#include <agente/exporter.h>

#include "test_plugin.h"

static agente_status plugin_create(const agente_host* host, agente_str config, void** self, agente_error* err) {
  (void)host, (void)config, (void)err;
  *self = NULL;
  return AGENTE_OK;
}
static void plugin_destroy(void* self) { (void)self; }

static agente_status describe(void* self, const agente_call* call, const agente_sink* json, agente_error* err) {
  (void)self, (void)call, (void)err;
  return put(json, "{\"events\": [\"*\"]}");
}

static agente_status export_batch(void* self, const agente_call* call, const agente_batch* batch, agente_error* err) {
  (void)self, (void)call;
  const char* at = (const char*)batch->events;
  uint64_t last = 0;
  for (size_t i = 0; i < batch->event_count; ++i) {
    const agente_event* event = (const agente_event*)(const void*)at;
    if (event->sequence <= last || event->hotel.len == 0) return fail(err, AGENTE_E_INVALID, "out of order");
    last = event->sequence;
    at += batch->events->struct_size;
  }
  return batch->event_count == 0 ? fail(err, AGENTE_E_RETRY, "nothing there") : AGENTE_OK;
}

static agente_status self_test(void* self, const agente_call* call, const agente_check_sink* out, agente_error* err) {
  (void)self, (void)call, (void)err;
  const agente_check good = {sizeof good, 1, STR("board"), {0}, {0}};
  return out->write(out->ctx, &good);
}

static const void* plugin_query(void* self, agente_str id) {
  (void)self;
  static const agente_exporter_v1 exporter = {describe, export_batch, self_test};
  return id.len == sizeof AGENTE_EXPORTER_V1 - 1 && memcmp(id.ptr, AGENTE_EXPORTER_V1, id.len) == 0 ? &exporter : NULL;
}
