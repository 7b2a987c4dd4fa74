#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "simulators/common/doors.hpp"
#include "simulators/whatsapp/mixer.hpp"
#include "simulators/whatsapp/window.hpp"

namespace agente::sim::whatsapp {

/// What a token may live at most: time is counted in nanoseconds further on.
inline constexpr std::chrono::seconds kLongestLife{1'000'000'000};

/// One WhatsApp business account with its numbers, and how the simulator behaves. All times are real time.
struct Options {
  Ports ports{};
  std::string token = "demo-token";
  std::chrono::seconds token_life{0};  ///< from the start; 0: it does not end
  std::vector<std::string> phone_number_ids{"106540352242922"};
  std::string display_number = "15550783881";
  std::string waba = "102290129340398";
  std::string app_id = "670843887433847";

  std::string webhook;         ///< where events are posted, http only; empty: nowhere
  std::string app_secret;      ///< signs them
  std::string old_app_secret;  ///< for the fault webhook_old_secret
  Mix mix{};                   ///< how they are mixed on their way
  std::chrono::milliseconds webhook_timeout{10'000};
  std::chrono::milliseconds status_delay{150};  ///< before each of sent, delivered, read
  std::chrono::milliseconds retry_gap{1'000};   ///< of the second retry of an event; doubles up to an hour
  std::size_t longest_line = 100'000;           ///< of what waits to be posted; what would wait longest is given up

  std::chrono::milliseconds latency{0};    ///< before each answer of Graph
  std::chrono::milliseconds hold{60'000};  ///< how long a time-out fault keeps silent
  double rate = 80;                        ///< messages a second and number
  double calls_an_hour = 0;                ///< of the app, of any kind; 0: any number
  bool pair_limit = true;                  ///< 45 messages at once to one guest, then one per 6 s
  ClosedWindow closed_window = ClosedWindow::kIgnored;
  std::vector<std::string> allowed{};  ///< who may be written to, digits as they are listed; empty: anyone
  bool other_wa_id = false;            ///< answers 54... and 52... with the long form as wa_id
  std::uint64_t seed = 1;              ///< of the faults with a rate
};

}  // namespace agente::sim::whatsapp
