#include "porter.hpp"

AGENTE_CHANNEL_PLUGIN(Porter);
