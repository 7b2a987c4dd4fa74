// A version of the WhatsApp plugin whose schema asks for a setting that nobody has made yet.
#include "whatsapp.hpp"

class PickyWhatsApp : public agente::whatsapp::WhatsApp {
 public:
  static constexpr std::string_view version = "0.4.0";
  static constexpr std::string_view schema =
      R"({"type": "object", "properties": {"flux": {"type": "string"}}, "required": ["flux"]})";
  using WhatsApp::WhatsApp;
};

AGENTE_CHANNEL_PLUGIN(PickyWhatsApp);
