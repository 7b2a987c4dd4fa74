#include "day_report.hpp"

AGENTE_EXPORTER_PLUGIN(DayReport);
