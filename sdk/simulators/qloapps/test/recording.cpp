#include "simulators/qloapps/test/recording.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <Poco/DateTimeParser.h>
#include <Poco/Timestamp.h>

namespace agente::sim::qloapps::testing {
namespace {

struct Message {
  std::string first_line;
  std::map<std::string, std::string> headers;
  std::string body;
};

Message read_message(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  Message message;
  std::getline(in, message.first_line, '\r');
  in.ignore();
  for (std::string line; std::getline(in, line, '\r') && in.ignore() && !line.empty();) {
    const auto colon = line.find(": ");
    message.headers[line.substr(0, colon)] = line.substr(colon + 2);
  }
  std::ostringstream rest;
  rest << in.rdbuf();
  message.body = rest.str();
  return message;
}

std::chrono::system_clock::time_point moment(const std::string& http_date) {
  int zone = 0;
  const auto parsed = Poco::DateTimeParser::parse("%w, %d %b %Y %H:%M:%S %Z", http_date, zone);
  return std::chrono::system_clock::from_time_t(parsed.timestamp().epochTime());
}

Recording read_one(const std::filesystem::path& path) {
  auto request = read_message(path);
  auto response = read_message(std::filesystem::path(path).replace_extension(".response"));
  request.headers.erase("Content-Length");
  Recording recording{.number = std::stoi(path.stem().string()),
                      .name = path.stem().string(),
                      .headers = std::move(request.headers),
                      .body = std::move(request.body),
                      .content_type = response.headers["Content-Type"],
                      .answer = std::move(response.body),
                      .at = moment(response.headers.at("Date"))};
  std::istringstream(request.first_line) >> recording.method >> recording.target;
  std::string version;
  std::istringstream(response.first_line) >> version >> recording.status;
  return recording;
}

}  // namespace

std::vector<Recording> read_recordings(const std::string& folder) {
  std::vector<Recording> recordings;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".request") recordings.push_back(read_one(entry.path()));
  }
  std::sort(recordings.begin(), recordings.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
  return recordings;
}

}  // namespace agente::sim::qloapps::testing
