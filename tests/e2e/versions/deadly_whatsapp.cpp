// A version of the WhatsApp plugin that takes its process with it when a guest writes: `null` dereferences null, `exit`
// calls exit.
#include <cstdlib>

#include "whatsapp.hpp"

class DeadlyWhatsApp : public agente::whatsapp::WhatsApp {
 public:
  static constexpr std::string_view version = "0.5.0";
  using WhatsApp::WhatsApp;

  agente::http_out on_http(const agente::http_in& request, agente::call here) {
    if (request.body.find("\"null\"") != std::string_view::npos) {
      volatile int* nowhere = nullptr;
      *nowhere = 1;
    }
    if (request.body.find("\"exit\"") != std::string_view::npos) std::exit(3);
    return WhatsApp::on_http(request, here);
  }
};

AGENTE_CHANNEL_PLUGIN(DeadlyWhatsApp);
