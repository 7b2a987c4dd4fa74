#include "whatsapp.hpp"

AGENTE_CHANNEL_PLUGIN(agente::whatsapp::WhatsApp);
