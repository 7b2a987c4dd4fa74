/* A library whose debugging information holds every record and constant of the ABI: one function a record, and one for
 * an enum that repeats the constants. Without it abidiff sees nothing of what plugins reach through const void*. */
#include <agente/channel.h>
#include <agente/exporter.h>
#include <agente/pms.h>

#define AT(record, member, offset, bytes)

#define SIZE(record, bytes)
#define VALUE(constant, value) anchored_##constant = constant,
enum anchored {
#include "records.inc"
};
void anchor_constants(enum anchored constant);
void anchor_constants(enum anchored constant) { (void)constant; }
#undef SIZE
#undef VALUE

#define SIZE(record, bytes)                     \
  void anchor_##record(const record* borrowed); \
  void anchor_##record(const record* borrowed) { (void)borrowed; }
#define VALUE(constant, value)
#include "records.inc"
