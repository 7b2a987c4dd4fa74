#include "simulators/whatsapp/simulator.hpp"

#include <stdexcept>

#include "simulators/common/http_server.hpp"
#include "simulators/whatsapp/control.hpp"
#include "simulators/whatsapp/graph.hpp"

namespace agente::sim::whatsapp {
namespace {

Options checked(Options options) {
  if (options.phone_number_ids.empty()) throw std::invalid_argument("at least one phone number id is needed");
  if (!(options.rate > 0)) throw std::invalid_argument("the rate must be more than 0 messages a second");
  if (options.token.empty()) throw std::invalid_argument("the token must not be empty");
  if (!options.webhook.empty() && options.app_secret.empty()) {
    throw std::invalid_argument("a webhook needs --app-secret, with which its events are signed");
  }
  return options;
}

}  // namespace

struct Simulator::Parts {
  Parts(Options options, Now now, Story story)
      : world(checked(std::move(options)), std::move(now), std::move(story)),
        server(world.options.port, [this](const Request& request) { return answer(request); }) {}

  Reply answer(const Request& request) {
    if (request.path.starts_with("/__sim/")) return control.answer(request);
    if (request.path == "/" && request.method == "GET") {
      return {.body = kPage, .content_type = "text/html; charset=utf-8"};
    }
    return graph.answer(request);
  }

  World world;
  Graph graph{world};
  Control control{world};
  HttpServer server;  // last: its threads use all of the above
};

Simulator::Simulator(Options options, Story story, Now now)
    : parts_(std::make_unique<Parts>(std::move(options), std::move(now), std::move(story))) {}
Simulator::~Simulator() = default;

std::string Simulator::url() const { return "http://127.0.0.1:" + std::to_string(parts_->server.port()) + "/"; }

std::optional<std::string> Simulator::arm(FaultRule rule) { return parts_->world.faults.arm(std::move(rule)); }

}  // namespace agente::sim::whatsapp
