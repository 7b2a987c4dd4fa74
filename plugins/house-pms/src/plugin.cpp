#include "house_pms.hpp"

AGENTE_PMS_PLUGIN(house::HousePms);
