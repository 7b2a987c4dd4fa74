/* What every test plugin needs: the note, the schema section and the entry, by hand, as a C author would without SDK.
 * Define PLUGIN_ID and PLUGIN_KIND first. Variants of a plugin are made with -D. */
#ifndef TEST_PLUGIN_H
#define TEST_PLUGIN_H

#include <agente/channel.h>
#include <agente/pms.h>
#include <string.h>

#ifndef PLUGIN_ABI_MINOR
#define PLUGIN_ABI_MINOR AGENTE_ABI_MINOR
#endif
#ifndef PLUGIN_VERSION
#define PLUGIN_VERSION "1.2.3"
#endif
#ifndef NOTE_VERSION
#define NOTE_VERSION PLUGIN_VERSION
#endif
#define PLUGIN_SCHEMA "{}"
#define PLUGIN_SCHEMA_FNV1A 0x8f44b07b5901a25u /* of "{}" */

#define STR(text) ((agente_str){(text), sizeof(text) - 1})

#ifndef NO_NOTE
struct test_note {
  uint32_t name_size, desc_size, type;
  char name[8];
  agente_note desc;
} __attribute__((packed));
__attribute__((section(".note.agente.plugin"), used, aligned(4))) static const struct test_note note = {
    7,
    sizeof(agente_note),
    1,
    "agente",
    {sizeof(agente_note), PLUGIN_KIND, AGENTE_ABI_MAJOR, PLUGIN_ABI_MINOR, 0, PLUGIN_SCHEMA_FNV1A, PLUGIN_ID,
     NOTE_VERSION}};
#endif
__attribute__((section(".agente.schema"), used)) static const char schema[2] = {'{', '}'};

static inline agente_status fail(agente_error* err, agente_status code, const char* text) {
  err->code = code;
  err->text_len = (uint32_t)strlen(text);
  memcpy(err->text, text, err->text_len);
  return code;
}

static inline agente_status put(const agente_sink* sink, const char* text) {
  return sink->write(sink->ctx, (agente_bytes){(const uint8_t*)text, strlen(text)});
}

static agente_status plugin_create(const agente_host* host, agente_str config, void** self, agente_error* err);
static void plugin_destroy(void* self);
static const void* plugin_query(void* self, agente_str id);

#ifdef __cplusplus
#define TEST_PLUGIN_LINKAGE extern "C"
#else
#define TEST_PLUGIN_LINKAGE
#endif

#ifndef NO_ENTRY
TEST_PLUGIN_LINKAGE AGENTE_EXPORT const agente_plugin* agente_plugin_entry(uint32_t major) {
#ifdef ENTRY_HANGS
  for (;;) pause();
#endif
  static agente_plugin plugin;
  plugin.struct_size = sizeof plugin;
  plugin.abi_major = AGENTE_ABI_MAJOR;
  plugin.abi_minor = PLUGIN_ABI_MINOR;
  plugin.kind = PLUGIN_KIND;
  plugin.id = STR(PLUGIN_ID);
  plugin.version = STR(PLUGIN_VERSION);
  plugin.config_schema = STR(PLUGIN_SCHEMA);
  plugin.create = plugin_create;
  plugin.destroy = plugin_destroy;
  plugin.query = plugin_query;
  return major == AGENTE_ABI_MAJOR ? &plugin : NULL;
}
#endif

#endif
