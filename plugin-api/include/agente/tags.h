/* The thread tag of every function of the ABI, as one list for programs; abi.h says what the tags mean.
 *
 * Why a list beside the comments: the host takes from it which calls it must not overlap, the SDK's debug checks and
 * agente-conformance what to refuse. A test compares it with the comments, name by name, so neither can drift.
 *
 *   #define PRINT(table, id, function, tag) puts(id " " #function " " #tag);
 *   AGENTE_CALLS(PRINT)
 *
 * X(table, id, function, tag): `table` is the struct, `id` its interface id (for the two structs that have none, their
 * name), `function` the member, `tag` one of ANY, SERIAL, QUIESCED. This header needs no other; it names the structs
 * of all of them. */
#ifndef AGENTE_TAGS_H
#define AGENTE_TAGS_H

enum { AGENTE_TAG_ANY = 1, AGENTE_TAG_SERIAL = 2, AGENTE_TAG_QUIESCED = 3 };

/* What the host calls in a plugin. */
#define AGENTE_PLUGIN_CALLS(X)                                          \
  X(agente_plugin, "agente_plugin", create, SERIAL)                     \
  X(agente_plugin, "agente_plugin", destroy, QUIESCED)                  \
  X(agente_plugin, "agente_plugin", query, ANY)                         \
  X(agente_channel_v1, "agente.channel/1", send, ANY)                   \
  X(agente_channel_v1, "agente.channel/1", on_http, ANY)                \
  X(agente_channel_v1, "agente.channel/1", poll, SERIAL)                \
  X(agente_channel_v1, "agente.channel/1", lookup, ANY)                 \
  X(agente_channel_v1, "agente.channel/1", self_test, ANY)              \
  X(agente_channel_presence_v1, "agente.channel.presence/1", seen, ANY) \
  X(agente_channel_media_v1, "agente.channel.media/1", fetch, ANY)      \
  X(agente_channel_media_v1, "agente.channel.media/1", upload, ANY)     \
  X(agente_pms_v1, "agente.pms/1", rooms, ANY)                          \
  X(agente_pms_v1, "agente.pms/1", availability, ANY)                   \
  X(agente_pms_v1, "agente.pms/1", book, ANY)                           \
  X(agente_pms_v1, "agente.pms/1", find_by_reference, ANY)              \
  X(agente_pms_v1, "agente.pms/1", get, ANY)                            \
  X(agente_pms_v1, "agente.pms/1", change, ANY)                         \
  X(agente_pms_v1, "agente.pms/1", cancel, ANY)                         \
  X(agente_pms_v1, "agente.pms/1", set_stay_status, ANY)                \
  X(agente_pms_v1, "agente.pms/1", changes_since, SERIAL)               \
  X(agente_pms_v1, "agente.pms/1", health, ANY)                         \
  X(agente_exporter_v1, "agente.exporter/1", describe, ANY)             \
  X(agente_exporter_v1, "agente.exporter/1", export_batch, SERIAL)      \
  X(agente_exporter_v1, "agente.exporter/1", self_test, ANY)

/* What a plugin hands over for the host to call later: the `fn` of agente.timer/1 start. */
#define AGENTE_CALLBACKS(X) X(agente_timer_v1, "agente.timer/1", fn, SERIAL)

/* What a plugin calls in the host. */
#define AGENTE_SERVICE_CALLS(X)                                    \
  X(agente_host, "agente_host", query, ANY)                        \
  X(agente_log_v1, "agente.log/1", write, ANY)                     \
  X(agente_config_v1, "agente.config/1", instance, ANY)            \
  X(agente_config_v1, "agente.config/1", get, ANY)                 \
  X(agente_secrets_v1, "agente.secrets/1", get, ANY)               \
  X(agente_clock_v1, "agente.clock/1", now_ms, ANY)                \
  X(agente_clock_v1, "agente.clock/1", monotonic_ms, ANY)          \
  X(agente_clock_v1, "agente.clock/1", local_day, ANY)             \
  X(agente_metrics_v1, "agente.metrics/1", counter_add, ANY)       \
  X(agente_metrics_v1, "agente.metrics/1", gauge_set, ANY)         \
  X(agente_metrics_v1, "agente.metrics/1", histogram_observe, ANY) \
  X(agente_http_v1, "agente.http/1", request, ANY)                 \
  X(agente_kv_v1, "agente.kv/1", get, ANY)                         \
  X(agente_kv_v1, "agente.kv/1", put, ANY)                         \
  X(agente_kv_v1, "agente.kv/1", erase, ANY)                       \
  X(agente_kv_v1, "agente.kv/1", list, ANY)                        \
  X(agente_kv_v1, "agente.kv/1", stage, ANY)                       \
  X(agente_timer_v1, "agente.timer/1", start, ANY)                 \
  X(agente_timer_v1, "agente.timer/1", stop, ANY)                  \
  X(agente_limits_v1, "agente.limits/1", take, ANY)                \
  X(agente_inbox_v1, "agente.inbox/1", accept, ANY)                \
  X(agente_inbox_v1, "agente.inbox/1", receipt, ANY)

/* Every function of every table. */
#define AGENTE_CALLS(X) AGENTE_PLUGIN_CALLS(X) AGENTE_SERVICE_CALLS(X)

#endif
