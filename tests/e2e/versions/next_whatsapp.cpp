// The WhatsApp plugin as a later version, otherwise the same.
#include "whatsapp.hpp"

class NextWhatsApp : public agente::whatsapp::WhatsApp {
 public:
  static constexpr std::string_view version = "0.2.0";
  using WhatsApp::WhatsApp;
};

AGENTE_CHANNEL_PLUGIN(NextWhatsApp);
