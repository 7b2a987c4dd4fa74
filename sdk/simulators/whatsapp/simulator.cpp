#include "simulators/whatsapp/simulator.hpp"

#include <stdexcept>

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
        doors(world.options.ports, {.service = [this](const Request& request) { return graph.answer(request); },
                                    .control = [this](const Request& request) { return control.answer(request); },
                                    .has_page = true,
                                    .shown = [this] { return world.shown(); }}) {}

  World world;
  Graph graph{world};
  Control control{world};
  Doors doors;  // last: its threads use all of the above
};

Simulator::Simulator(Options options, Story story, Now now)
    : parts_(std::make_unique<Parts>(std::move(options), std::move(now), std::move(story))) {}
Simulator::~Simulator() = default;

std::string Simulator::url() const { return parts_->doors.url(); }
std::string Simulator::control_url() const { return parts_->doors.control_url(); }

std::optional<std::string> Simulator::arm(FaultRule rule) { return parts_->world.arm(std::move(rule)); }

}  // namespace agente::sim::whatsapp
