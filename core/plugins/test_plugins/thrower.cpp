// A channel that lets exceptions out, as no plugin may.
#define PLUGIN_ID "thrower"
#define PLUGIN_KIND AGENTE_KIND_CHANNEL
#include <stdexcept>
#include <string>

#include "test_plugin.h"

static agente_status plugin_create(const agente_host*, agente_str config, void**, agente_error*) {
  if (std::string(config.ptr, config.len).find("early") != std::string::npos) throw std::runtime_error("born badly");
  return AGENTE_OK;
}
static void plugin_destroy(void*) { throw std::runtime_error("leaving badly"); }

static agente_status send(void*, const agente_call*, const agente_outbound* m, const agente_sink*, agente_error*) {
  if (m->attempt == 2) throw 42;  // NOLINT
  throw std::runtime_error("the bell broke");
}
static agente_status self_test(void*, const agente_call*, const agente_check_sink*, agente_error*) {
  throw std::runtime_error("no desk");
}

static const void* plugin_query(void*, agente_str) {
  static const agente_channel_v1 channel = {send, nullptr, nullptr, nullptr, self_test};
  return &channel;
}
