#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "simulators/common/test_client.hpp"
#include "simulators/qloapps/simulator.hpp"

namespace agente::sim::qloapps::testing {

using nlohmann::json;
using sim::testing::http;
using sim::testing::HttpAnswer;

inline constexpr int kPatience = 60'000;  ///< ms; a busy machine is no reason to fail

/// Nights in one room type.
struct Stay {
  int room_type = 1;
  std::string from = "2027-11-10";
  std::string to = "2027-11-12";
  int rooms = 1;
};

/// The body of POST /api/bookings as a careful client writes it.
json booking(const std::string& source, const std::string& email, const Stay& stay);

/// A running simulator and short ways to use it.
class Bench {
 public:
  explicit Bench(Options options = {}, Now now = std::chrono::system_clock::now);

  HttpAnswer get(const std::string& path) const;
  HttpAnswer post(const std::string& path, const std::string& body) const;
  HttpAnswer put(const std::string& path, const std::string& body) const;
  HttpAnswer book(const std::string& source, const Stay& stay, const std::string& email = "zoe@example.com") const;
  HttpAnswer enter(int order, int state) const;
  /// `POST /__sim/NAME`, which must succeed.
  void control(const std::string& name, const json& body) const;
  /// `GET /__sim/book`
  [[nodiscard]] json look() const;

  Simulator simulator;

 private:
  std::map<std::string, std::string> headers_;
};

}  // namespace agente::sim::qloapps::testing
