#include "webchat.hpp"

AGENTE_CHANNEL_PLUGIN(webchat::Webchat);
