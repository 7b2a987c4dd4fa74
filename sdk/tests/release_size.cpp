// With NDEBUG an instance is the host and the author's object, and a host nothing but its tables.
#include "samples.hpp"

using agente::detail::instance;

static_assert(AGENTE_CHECK_THREADS == 0);
static_assert(sizeof(instance<samples::Mute>) <= sizeof(agente::host) + sizeof(void*));
static_assert(sizeof(agente::host) == 11 * sizeof(void*));
