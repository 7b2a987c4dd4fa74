/* Base of the plugin ABI: strings, errors, calls, sinks, the descriptor and the one exported function.
 *
 * A plugin is a shared library that exports exactly one function, agente_plugin_entry. It answers with a descriptor;
 * the host creates instances from it, one per entry in its YAML, and asks each instance for the interface of its kind
 * (channel.h, pms.h, exporter.h). The host's own services are asked for in the same way (host.h).
 *
 * Rules that hold everywhere
 *
 * - Memory. Whatever you are given is yours to read until you return; copy to keep. Nobody frees the other's memory:
 *   results of variable size are written to a sink that the receiver provides. A sink is used by the call that was
 *   given it, and before that call returns.
 * - Text. agente_str is UTF-8, never NUL-terminated by promise, and may be {NULL, 0}.
 * - Records begin with struct_size, which the writer sets to sizeof; the reader reads only what lies within it. They
 *   grow at the end only. Function tables never change: a new ability is a new interface id.
 * - Errors. A function returns AGENTE_OK or a code. It may fill *err, which is never NULL when the host calls; a plugin
 *   may pass NULL to the host. The code is for the program, the text for people.
 * - Throwing. No exception, longjmp or signal may cross the boundary, in either direction.
 * - Threads. Every function carries a tag, which says how the calls of one instance may meet:
 *     [any]       on any host thread, several at once, up to the instance's max_concurrency
 *     [serial]    as [any], but never while another [serial] call of the instance runs, whichever function it is
 *     [quiesced]  no other call of the instance runs, and none will follow
 *   Plugins start no threads: timers, polls and pooled connections come from the host. tags.h has all tags as a list.
 * - Time. Points are UTC milliseconds since 1970, durations are milliseconds. A calendar day (agente_day) is the number
 *   of days since 1970-01-01 in the hotel's own calendar.
 * - Money is an integer in minor units, with its currency.
 *
 * Version 0.x promises nothing yet: a plugin built for 0.m loads in a host of 0.n when m <= n. */
#ifndef AGENTE_ABI_H
#define AGENTE_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define AGENTE_ABI_MAJOR 0u
#define AGENTE_ABI_MINOR 3u

#if defined(__GNUC__)
#define AGENTE_EXPORT __attribute__((visibility("default")))
#else
#define AGENTE_EXPORT
#endif

/* Text: UTF-8, not terminated. Borrowed. */
typedef struct agente_str {
  const char* ptr;
  size_t len;
} agente_str;

/* Bytes. Borrowed. */
typedef struct agente_bytes {
  const uint8_t* ptr;
  size_t len;
} agente_bytes;

/* Days since 1970-01-01, in the hotel's calendar. A stay [checkin, checkout) is half open. */
typedef int32_t agente_day;

/* An amount. */
typedef struct agente_money {
  int64_t minor;       /* cents, for most currencies */
  agente_str currency; /* ISO 4217 */
} agente_money;

/* ---- errors ---- */

/* What a call answers: one of these codes, never another. Each tells the host what to do next. */
typedef int32_t agente_status;
enum {
  AGENTE_OK = 0,
  AGENTE_E_INVALID = 1,          /* the request is wrong; the host never repeats it */
  AGENTE_E_CONFIG = 2,           /* a setting is wrong; text names it */
  AGENTE_E_AUTH = 3,             /* a credential was refused: the host parks the account */
  AGENTE_E_RETRY = 4,            /* did not happen; retry_after_ms is honoured */
  AGENTE_E_RATE = 5,             /* did not happen; the other side asks to slow down; retry_after_ms is honoured */
  AGENTE_E_TIMEOUT = 6,          /* deadline passed before anything was sent; did not happen */
  AGENTE_E_CANCELLED = 7,        /* stopped on purpose, or the call or instance is over */
  AGENTE_E_CONFLICT = 8,         /* the state there forbids it: sold out, already cancelled, changed meanwhile */
  AGENTE_E_NOT_FOUND = 9,        /* no such thing */
  AGENTE_E_UNSUPPORTED = 10,     /* not offered */
  AGENTE_E_UNKNOWN_OUTCOME = 11, /* may have happened: the host looks it up by key before anything else */
  AGENTE_E_INTERNAL = 12         /* a defect in the callee */
};

/* Owned by the caller. The callee sets code and, optionally, the rest; text is cut at 240 bytes. */
typedef struct agente_error {
  uint32_t struct_size;
  agente_status code;
  uint32_t retry_after_ms; /* 0: the host chooses */
  uint32_t text_len;
  char text[240]; /* UTF-8, not terminated: what failed, which value, what to do. Never a secret */
} agente_error;

/* ---- calls and sinks ---- */

/* One call of the host into the plugin. Hand it on to the host services you use while answering: they take the
 * deadline and the trace from it. Valid until you return; afterwards services answer AGENTE_E_CANCELLED to it. */
typedef struct agente_call {
  uint32_t struct_size;
  uint32_t flags;      /* none yet, 0 */
  uint64_t id;         /* opaque to the plugin */
  int64_t deadline_ms; /* on agente.clock/1 monotonic_ms; return before it */
  agente_str trace;    /* 16 hex digits that name the guest's message in every log; may be empty */
} agente_call;

/* Takes pieces of text or bytes in order. Returns AGENTE_OK, or a code at which the writer stops and which it returns
 * (AGENTE_E_INVALID: more than the receiver allows). */
typedef struct agente_sink {
  void* ctx;
  agente_status (*write)(void* ctx, agente_bytes piece);
} agente_sink;

/* One line of a self-test: what was tried, whether it works, and if not, why and what to do. */
typedef struct agente_check {
  uint32_t struct_size;
  uint32_t ok; /* 1 or 0 */
  agente_str stage;
  agente_str cause;  /* empty when ok */
  agente_str remedy; /* empty when ok */
} agente_check;

/* Takes checks in order; returns as agente_sink does. So do all sinks of records. */
typedef struct agente_check_sink {
  void* ctx;
  agente_status (*write)(void* ctx, const agente_check* check);
} agente_check_sink;

/* ---- the plugin ---- */

/* What a plugin is. */
enum { AGENTE_KIND_CHANNEL = 1, AGENTE_KIND_PMS = 2, AGENTE_KIND_EXPORTER = 3 };

typedef struct agente_host agente_host; /* host.h */

/* Frozen. Lives as long as the library; so do its strings. */
typedef struct agente_plugin {
  uint32_t struct_size;
  uint32_t abi_major; /* AGENTE_ABI_MAJOR of the headers it was built with */
  uint32_t abi_minor;
  uint32_t kind;            /* AGENTE_KIND_* */
  agente_str id;            /* [a-z0-9-]+, also the file name: house-pms.so */
  agente_str version;       /* semantic version */
  agente_str config_schema; /* JSON Schema (draft 7) of the instance's `config:`. Beside the standard words:
                               "writeOnly": true       a secret: not in the config text, read by agente.secrets/1
                               "x-agente-egress": true a URL whose host this instance may call over HTTP
                               "x-agente-not-in-production": true   true is refused in production
                               "format": "x-agente-path"            relative paths start at the config file's folder */
  uint64_t flags;           /* none yet, 0 */

  /* Makes an instance. `host` is valid until destroy returns; its services may be used from here on, but kv writes,
   * accepting messages and sending are refused until the instance is live. `config_json` has passed config_schema,
   * without its secrets. *self is the plugin's own name for the instance: the host only hands it back.
   * AGENTE_E_CONFIG when a setting is wrong; the text names it. On failure nothing is left behind, *self is not read
   * and destroy is not called. [serial] */
  agente_status (*create)(const agente_host* host, agente_str config_json, void** self, agente_error* err);

  /* Ends an instance and frees what it owns. Timers are already stopped. Cannot fail. [quiesced] */
  void (*destroy)(void* self);

  /* The interface of this id, e.g. "agente.channel/1", or NULL. The same pointer every time. [any] */
  const void* (*query)(void* self, agente_str interface_id);
} agente_plugin;

/* The one exported function. NULL when the plugin cannot serve that major version. Needs no instance, and may be
 * called at any time, again and again. [any] */
AGENTE_EXPORT const agente_plugin* agente_plugin_entry(uint32_t host_abi_major);

/* ---- what can be read from the file without running it ---- */

/* Descriptor of the ELF note in section ".note.agente.plugin", owner "agente", type 1. The config schema's text is
 * section ".agente.schema". The entry's answer must say the same. */
typedef struct agente_note {
  uint32_t struct_size;
  uint32_t kind;
  uint32_t abi_major;
  uint32_t abi_minor;
  uint64_t flags;
  uint64_t schema_fnv1a; /* 64-bit FNV-1a of the schema's bytes */
  char id[64];           /* NUL-padded */
  char version[32];
} agente_note;

#ifdef __cplusplus
}
#endif
#endif
