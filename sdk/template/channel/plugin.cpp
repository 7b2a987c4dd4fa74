#include "plugin.hpp"

AGENTE_CHANNEL_PLUGIN(@Class@);
