/* A channel that imports pthread_key_create, so that it may never be unloaded. */
#define PLUGIN_ID "threads"
#define PLUGIN_KIND AGENTE_KIND_CHANNEL
#include <pthread.h>

#include "test_plugin.h"

static pthread_key_t key;

static agente_status plugin_create(const agente_host* host, agente_str config, void** self, agente_error* err) {
  (void)host, (void)config, (void)self, (void)err;
  return pthread_key_create(&key, NULL) == 0 ? AGENTE_OK : AGENTE_E_INTERNAL;
}
static void plugin_destroy(void* self) { (void)self; }
static agente_status send(void* self, const agente_call* call, const agente_outbound* m, const agente_sink* id,
                          agente_error* err) {
  (void)self, (void)call, (void)m, (void)err;
  return put(id, "1");
}
static agente_status self_test(void* self, const agente_call* call, const agente_check_sink* out, agente_error* err) {
  (void)self, (void)call, (void)out, (void)err;
  return AGENTE_OK;
}
static const void* plugin_query(void* self, agente_str id) {
  (void)self, (void)id;
  static const agente_channel_v1 channel = {send, NULL, NULL, NULL, self_test};
  return &channel;
}
