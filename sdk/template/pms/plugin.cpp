#include "plugin.hpp"

AGENTE_PMS_PLUGIN(@Class@);
