#include "simulators/qloapps/test/bench.hpp"

#include <sstream>

#include <Poco/Base64Encoder.h>
#include <gtest/gtest.h>

namespace agente::sim::qloapps::testing {
namespace {

std::string basic(const std::string& key) {
  std::ostringstream text;
  Poco::Base64Encoder encoder(text);
  encoder << key << ':';
  encoder.close();
  return "Basic " + text.str();
}

Options without_waiting(Options options) {
  options.booking_time = std::chrono::milliseconds(0);
  return options;
}

}  // namespace

json booking(const std::string& source, const std::string& email, const Stay& stay) {
  const json room_type{{"id_room_type", stay.room_type},
                       {"checkin_date", stay.from},
                       {"checkout_date", stay.to},
                       {"number_of_rooms", stay.rooms}};
  return {{"booking",
           {{"id_property", 1},
            {"currency", "EUR"},
            {"booking_status", 1},
            {"payment_status", 3},
            {"source", source},
            {"id_language", 1},
            {"associations",
             {{"customer_detail",
               {{"firstname", "Zoë"}, {"lastname", "Lindqvist"}, {"email", email}, {"phone", "+4915112345678"}}},
              {"room_types", json::array({room_type})}}}}}};
}

Bench::Bench(Options options, Now now)
    : simulator(without_waiting(options), {}, std::move(now)), headers_{{"Authorization", basic(options.key)}} {}

HttpAnswer Bench::get(const std::string& path) const {
  return http("GET", simulator.url() + path, {}, headers_, kPatience);
}

HttpAnswer Bench::post(const std::string& path, const std::string& body) const {
  return http("POST", simulator.url() + path, body, headers_, kPatience);
}

HttpAnswer Bench::put(const std::string& path, const std::string& body) const {
  return http("PUT", simulator.url() + path, body, headers_, kPatience);
}

HttpAnswer Bench::book(const std::string& source, const Stay& stay, const std::string& email) const {
  return post("api/bookings?output_format=JSON", booking(source, email, stay).dump());
}

HttpAnswer Bench::enter(int order, int state) const {
  return post("api/order_histories?output_format=JSON", "<qloapps><order_history><id_order>" + std::to_string(order) +
                                                            "</id_order><id_order_state>" + std::to_string(state) +
                                                            "</id_order_state></order_history></qloapps>");
}

void Bench::control(const std::string& name, const json& body) const {
  const auto answer = http("POST", simulator.control_url() + "__sim/" + name, body.dump(), {}, kPatience);
  ASSERT_EQ(answer.status, 200) << answer.body;
}

json Bench::look() const { return http("GET", simulator.control_url() + "__sim/book", {}, {}, kPatience).parsed(); }

}  // namespace agente::sim::qloapps::testing
