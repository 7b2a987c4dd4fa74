#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace agente::sim::qloapps::testing {

/// One exchange with a real QloApps 1.7.0, as kept in recorded/.
struct Recording {
  int number = 0;
  std::string name;  ///< "29-booking-create-json"
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  ///< of the request, without its length
  std::string body;
  int status = 0;
  std::string content_type;  ///< empty: there was none
  std::string answer;
  std::chrono::system_clock::time_point at;
};

/// All of them, in the order they were made.
std::vector<Recording> read_recordings(const std::string& folder);

}  // namespace agente::sim::qloapps::testing
