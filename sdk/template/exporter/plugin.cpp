#include "plugin.hpp"

AGENTE_EXPORTER_PLUGIN(@Class@);
