/* Fails to compile where a record, a function table or a constant is not laid out as records.inc has it. For C11 and
 * C++20. */
#include <agente/channel.h>
#include <agente/exporter.h>
#include <agente/pms.h>
#include <agente/tags.h>
#include <assert.h>

#define SIZE(record, bytes) static_assert(sizeof(record) == (bytes), #record " has another size");
#define AT(record, member, offset, bytes)                                                        \
  static_assert(offsetof(record, member) == (offset), #record "." #member " is somewhere else"); \
  static_assert(sizeof(((record*)0)->member) == (bytes), #record "." #member " has another size");
#define VALUE(constant, value) static_assert((constant) == (value), #constant " has another value");

#include "records.inc"

/* Every function in the list of thread tags is an entry of its table. */
#define LISTED(table, id, function, tag) \
  static_assert(sizeof(((table*)0)->function) == sizeof(void (*)(void)), #table "." #function " is no function");
AGENTE_CALLS(LISTED)
