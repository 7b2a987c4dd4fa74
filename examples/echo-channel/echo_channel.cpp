#include "echo_channel.hpp"

AGENTE_CHANNEL_PLUGIN(EchoChannel);
