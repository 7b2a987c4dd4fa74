// What gateway and plugin add to a call of the PMS: the same request to the simulator of QloApps, asked bare over a
// connection that is kept, and through gateway, plugin and host in turns.
//   build/release/bin/pms_latency [CALLS]
#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <Poco/Net/HTTPBasicCredentials.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

#include "plugins/plugin_host.hpp"
#include "plugins/test_house.hpp"
#include "pms/gateway.hpp"
#include "simulators/qloapps/simulator.hpp"

namespace {

using namespace agente;
namespace net = Poco::Net;
namespace qloapps = agente::sim::qloapps;

constexpr double kBudget = 1.0;  // ms at p99
constexpr int kWarmUp = 500;

const plugins::StayQuery kStay{
    .checkin = Day{std::chrono::year{2027} / 11 / 10}, .checkout = Day{std::chrono::year{2027} / 11 / 12}, .adults = 2};
/// As the plugin asks for that stay.
constexpr const char* kBody =
    R"(<?xml version="1.0" encoding="UTF-8"?><qloapps><hotel_ari><id_hotel>1</id_hotel><date_from>2027-11-10</date_from>)"
    "<date_to>2027-11-12</date_to><associations><room_occupancies><room_occupancy><adults>2</adults>"
    "<children>0</children></room_occupancy></room_occupancies></associations></hotel_ari></qloapps>";

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "pms_latency: %s\n", why.c_str());
  std::exit(1);
}

/// The request and nothing else.
class Bare {
 public:
  explicit Bare(const Poco::URI& shop) : session_(shop.getHost(), shop.getPort()) { session_.setKeepAlive(true); }

  void ask() {
    net::HTTPRequest request("POST", "/api/hotel_ari?output_format=JSON", net::HTTPMessage::HTTP_1_1);
    net::HTTPBasicCredentials(qloapps::Options{}.key, "").authenticate(request);
    request.setContentType("text/xml; charset=utf-8");
    request.setContentLength64(static_cast<Poco::Int64>(std::strlen(kBody)));
    session_.sendRequest(request) << kBody << std::flush;
    net::HTTPResponse response;
    answer_.clear();
    Poco::StreamCopier::copyToString(session_.receiveResponse(response), answer_);
    if (response.getStatus() != net::HTTPResponse::HTTP_OK) give_up("the simulator answers " + answer_);
  }

 private:
  net::HTTPClientSession session_;
  std::string answer_;
};

/// Gateway, plugin host and the qloapps plugin, as a host has them.
class Hotel {
 public:
  explicit Hotel(const Poco::URI& shop) {
    if (const auto started = host_.start(config_for(shop)); !started) give_up(started.error().text);
    gateway_.emplace("sol", *host_.pms("sol/pms"), *store_, clock_, pms::GatewaySettings{},
                     pms::GatewayMetrics{.call = [](auto, auto, auto) {}});
  }

  void ask() {
    const auto offers = gateway_->availability(kStay, "00000000000000aa");
    if (!offers || offers->empty()) give_up(offers ? "nothing is on offer" : offers.error().text);
  }

 private:
  static config::InstanceConfig config_for(const Poco::URI& shop) {
    auto config = plugins::pms_config("qloapps");
    config.config = R"({"base_url": ")" + shop.getScheme() + "://" + shop.getAuthority() +
                    R"(", "hotel_id": 1, "room_types": {"double": 1}})";
    config.secrets.emplace("api_key", config::SecretSource(qloapps::Options{}.key, {}, {}));
    config.egress = {shop.getHost()};
    return config;
  }
  plugins::HostOptions options() const {
    auto options = house_.options();
    options.search = {QLOAPPS_FOLDER};
    return options;
  }
  std::unique_ptr<store::Store> open() const {
    auto opened = store::open("sqlite:" + (house_.state.path() / "bench.db").string(), clock_);
    if (!opened) give_up(opened.error().text);
    return std::move(*opened);
  }

  plugins::TestHouse house_;
  SystemClock clock_;
  plugins::PluginHost host_{options(), {clock_, house_.kv, house_.inbox, house_.metrics, *house_.cache}};
  std::unique_ptr<store::Store> store_ = open();
  std::optional<pms::Gateway> gateway_;
};

/// Milliseconds, sorted once all are there.
class Times {
 public:
  explicit Times(std::size_t calls) { all_.reserve(calls); }

  void take(const std::function<void()>& call) {
    const auto begun = std::chrono::steady_clock::now();
    call();
    all_.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count());
  }
  void sort() { std::ranges::sort(all_); }
  [[nodiscard]] double at(double share) const {
    return all_[static_cast<std::size_t>(share * static_cast<double>(all_.size() - 1))];
  }

 private:
  std::vector<double> all_;
};

void run(int calls) {
  qloapps::Options options;
  options.booking_time = std::chrono::milliseconds{0};
  const qloapps::Simulator simulator(options);
  const Poco::URI shop(simulator.url());
  Bare bare(shop);
  Hotel hotel(shop);
  Times without(static_cast<std::size_t>(calls));
  Times with(static_cast<std::size_t>(calls));
  for (int i = 0; i < kWarmUp; ++i) {
    bare.ask();
    hotel.ask();
  }
  for (int i = 0; i < calls; ++i) {
    without.take([&] { bare.ask(); });
    with.take([&] { hotel.ask(); });
  }
  without.sort();
  with.sort();
  std::printf("availability, %d calls each, in turns    p50        p99        p99.9\n", calls);
  const auto line = [](const char* what, const std::function<double(double)>& at) {
    std::printf("%-38s %7.3f ms %7.3f ms %7.3f ms\n", what, at(0.5), at(0.99), at(0.999));
  };
  line("the request alone", [&](double share) { return without.at(share); });
  line("through gateway and plugin", [&](double share) { return with.at(share); });
  line("added", [&](double share) { return with.at(share) - without.at(share); });
  std::printf("budget: %.1f ms added at p99: %s\n", kBudget,
              with.at(0.99) - without.at(0.99) <= kBudget ? "kept" : "MISSED");
}

}  // namespace

int main(int argc, char** argv) {
  int calls = 10'000;
  if (argc > 1 && (std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), calls).ec != std::errc{} || calls < 1))
    give_up("[CALLS] is a number from 1");
  std::signal(SIGPIPE, SIG_IGN);
  run(calls);
  return 0;
}
