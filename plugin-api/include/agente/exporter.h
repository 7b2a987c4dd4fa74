/* Exporters: carry the hotel's events and figures to other systems. Interface "agente.exporter/1".
 *
 * The host feeds events in order, at least once: a batch that failed comes again with the same id. */
#ifndef AGENTE_EXPORTER_H
#define AGENTE_EXPORTER_H

#include <agente/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define AGENTE_EXPORTER_V1 "agente.exporter/1"

/* Something that happened at a hotel: "reservation.confirmed", "message.received", "kpi.daily", ... */
typedef struct agente_event {
  uint32_t struct_size;
  uint32_t reserved;
  uint64_t sequence; /* grows within a hotel; gaps are possible */
  int64_t time_ms;
  agente_str hotel;
  agente_str type;
  agente_str body_json; /* an object; its keys are documented with the event type */
} agente_event;

/* Events of one hotel after another, in order. */
typedef struct agente_batch {
  uint32_t struct_size;
  uint32_t reserved;
  agente_str id;              /* the same when the batch comes again */
  const agente_event* events; /* an array whose step is events->struct_size bytes, not the reader's sizeof */
  size_t event_count;
} agente_batch;

/* Frozen. Every entry is needed. */
typedef struct agente_exporter_v1 {
  /* Writes a JSON object {"events": ["reservation.*", ...], "max_batch": 500}: what it wants to be fed. [any] */
  agente_status (*describe)(void* self, const agente_call* call, const agente_sink* json, agente_error* err);

  /* Takes a batch. AGENTE_OK: all of it is safe there. RETRY, RATE, TIMEOUT, UNKNOWN_OUTCOME: it comes again.
   * INVALID: it is set aside with err's text and the next one follows. [serial] */
  agente_status (*export_batch)(void* self, const agente_call* call, const agente_batch* batch, agente_error* err);

  /* Tells the operator, stage by stage, whether the exporter works. Exports nothing. [any] */
  agente_status (*self_test)(void* self, const agente_call* call, const agente_check_sink* out, agente_error* err);
} agente_exporter_v1;

#ifdef __cplusplus
}
#endif
#endif
