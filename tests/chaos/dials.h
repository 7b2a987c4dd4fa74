/* What `preload.c` turns in a running program: written by the chaos program, read by the program it torments. */
#pragma once

#include <stdint.h>

typedef struct agente_dials {
  int64_t sync_delay_ms;  /* every fsync and fdatasync takes so much longer */
  int64_t clock_shift_ms; /* the wall clock is wrong by so much; the monotonic one stays right */
} agente_dials;
