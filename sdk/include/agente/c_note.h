/* For plugins in plain C: what agentctl and the host read from the file without running it.
 *
 *     #include <agente/c_note.h>
 *     #include <agente_schema.h>
 *
 *     AGENTE_C_NOTE(AGENTE_KIND_CHANNEL, "my-channel", "1.0.0");
 *
 * agente_schema.h is made by agente_add_plugin(... SCHEMA schema.json). The macro stands once, at file scope; it writes
 * the ELF note and the schema's section, and declares what the descriptor says again:
 *
 *     .config_schema = AGENTE_C_SCHEMA,
 *
 * C++ has AGENTE_CHANNEL_PLUGIN and its siblings (agente/sdk.hpp), which do this too. */
#ifndef AGENTE_C_NOTE_H
#define AGENTE_C_NOTE_H

#include <agente/abi.h>

/* Clang's AddressSanitizer would put a red zone behind the two objects and so into the sections. */
#if defined(__clang__)
#define AGENTE_C_SECTION(name, alignment) \
  __attribute__((used, section(name), aligned(alignment), no_sanitize("address")))
#else
#define AGENTE_C_SECTION(name, alignment) __attribute__((used, section(name), aligned(alignment)))
#endif

/* The note as it lies in the file: header, owner padded to four bytes, descriptor. */
struct agente_c_note {
  uint32_t name_size;
  uint32_t descriptor_size;
  uint32_t type;
  char name[8];
  agente_note about;
} __attribute__((packed, aligned(4)));

/* The schema's text, after AGENTE_C_NOTE. */
#define AGENTE_C_SCHEMA \
  { (const char*)agente_c_schema_in_file, sizeof agente_c_schema_in_file }

#define AGENTE_C_NOTE(plugin_kind, plugin_id, plugin_version)                                                   \
  AGENTE_C_SECTION(".agente.schema", 1) static const uint8_t agente_c_schema_in_file[] = {AGENTE_SCHEMA_BYTES}; \
  AGENTE_C_SECTION(".note.agente.plugin", 4)                                                                    \
  static const struct agente_c_note agente_c_note_in_file = {                                                   \
      sizeof "agente",                                                                                          \
      sizeof(agente_note),                                                                                      \
      1,                                                                                                        \
      "agente",                                                                                                 \
      {sizeof(agente_note), plugin_kind, AGENTE_ABI_MAJOR, AGENTE_ABI_MINOR, 0, AGENTE_SCHEMA_FNV1A, plugin_id, \
       plugin_version}}

#endif
