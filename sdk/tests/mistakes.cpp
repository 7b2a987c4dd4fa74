// What authors get wrong. Each MISTAKE must stop the compiler with a sentence that says what to write; 0 is right.
#include <agente/sdk.hpp>

using namespace std::string_view_literals;

class Board {
 public:
#if MISTAKE != 1
  static constexpr std::string_view id = MISTAKE == 2 ? "com.example.Board"sv : "board"sv;
#endif
  static constexpr std::string_view version = MISTAKE == 3 ? ""sv : "1.0.0"sv;
  static constexpr std::string_view schema = MISTAKE == 4 ? ""sv : R"({"type": "object"})"sv;

#if MISTAKE == 5
  explicit Board(agente::host) {}
#else
  Board(agente::host, std::string_view) {}
#endif

#if MISTAKE == 6
  std::string send(const agente::outbound&) { return {}; }
#elif MISTAKE == 7
  void send(const agente::outbound&, agente::call) {}
#else
  std::string send(const agente::outbound&, agente::call) { return {}; }
#endif

#if MISTAKE == 8
  int on_http(const agente::http_in&, agente::call) { return 200; }
#elif MISTAKE == 9
  void poll(agente::call) {}
#elif MISTAKE == 10
  std::optional<std::string> lookup(agente::call) { return {}; }
#elif MISTAKE == 11
  bool self_test(agente::call) { return true; }
#elif MISTAKE == 14
  void seen(std::string_view, agente::call) {}
#elif MISTAKE == 15
  std::string fetch(std::string_view, agente::call) { return {}; }
#elif MISTAKE == 16
  std::string upload(std::string_view, agente::call) { return {}; }
#elif MISTAKE == 17
  std::string upload(const agente::media_file&, agente::call) { return {}; }
#endif
};

#if MISTAKE == 12
AGENTE_PMS_PLUGIN(Board);
#elif MISTAKE == 13
AGENTE_EXPORTER_PLUGIN(Board);
#else
AGENTE_CHANNEL_PLUGIN(Board);
#endif
