// A version of the WhatsApp plugin whose self-test fails: an upgrade to it must be rolled back.
#include "whatsapp.hpp"

class SickWhatsApp : public agente::whatsapp::WhatsApp {
 public:
  static constexpr std::string_view version = "0.3.0";
  using WhatsApp::WhatsApp;

  std::vector<agente::check> self_test(agente::call /*call*/) {
    return {{.stage = "flux", .ok = false, .cause = "no flux", .remedy = "install an earlier version"}};
  }
};

AGENTE_CHANNEL_PLUGIN(SickWhatsApp);
