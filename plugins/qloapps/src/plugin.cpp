#include "qloapps.hpp"

AGENTE_PMS_PLUGIN(qloapps::QloApps);
