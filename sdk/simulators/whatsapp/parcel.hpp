#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace agente::sim::whatsapp {

/// One event of a webhook, for the log and the report.
struct Subject {
  std::string event;  ///< "message", "echo" (of what the staff wrote), "status", "account" or "raw"
  std::string id{};   ///< of the message it is about
  std::string guest{};
  std::string text{};   ///< of a message
  std::string state{};  ///< of a status
  std::string media{};  ///< id of the file that was sent
};

/// One webhook body on its way, and what it tells of.
struct Parcel {
  std::vector<Subject> about;  ///< never empty
  std::string body{};          ///< the exact bytes
  std::string number{};        ///< id of the business number it is about; empty: of the account
};

/// What the webhook said to one attempt.
struct Answer {
  int status = 0;       ///< 0: no HTTP answer
  std::string error{};  ///< why there is none
  std::chrono::milliseconds latency{0};
  [[nodiscard]] bool ok() const { return status == 200; }
};

}  // namespace agente::sim::whatsapp
