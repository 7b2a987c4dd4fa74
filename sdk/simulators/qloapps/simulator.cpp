#include "simulators/qloapps/simulator.hpp"

#include <stdexcept>

#include "simulators/qloapps/arming.hpp"
#include "simulators/qloapps/control.hpp"
#include "simulators/qloapps/webservice.hpp"

namespace agente::sim::qloapps {
namespace {

Options checked(Options options) {
  if (options.key.empty()) throw std::invalid_argument("the key must not be empty");
  if (options.key == options.readonly_key) throw std::invalid_argument("the two keys must differ");
  if (options.languages < 1 || options.languages > 2) throw std::invalid_argument("languages must be 1 or 2");
  return options;
}

}  // namespace

struct Simulator::Parts {
  Parts(Options options, Now now, Story story)
      : world(checked(std::move(options)), std::move(now), std::move(story)),
        doors(world.options.ports,
              {.service = [this](const Request& request) { return kept(request, answer(request)); },
               .control = [this](const Request& request) { return kept(request, control.answer(request)); }}) {}

  /// What is answered is in the file by then.
  Reply kept(const Request& request, Reply reply) {
    if (request.method == "GET" || request.method == "HEAD") return reply;
    const std::lock_guard lock(world.at_book);
    world.ledger.keep(world.book);
    return reply;
  }

  Reply answer(const Request& request) {
    if (request.path == "/api" || request.path.starts_with("/api/")) return webservice.answer(request);
    return storefront();
  }

  /// What a guest's browser sees. Maintenance closes this door only.
  Reply storefront() {
    const std::lock_guard lock(world.at_book);
    if (!world.shop.database) return to_reply(BareText{500, kDatabaseDownPage});
    if (world.shop.maintenance) return to_reply(BareText{503, "We'll be back soon."});
    return to_reply(BareText{200, "The Hotel Prime"});
  }

  World world;
  Webservice webservice{world};
  Control control{world};
  Doors doors;  // last: its threads use all of the above
};

Simulator::Simulator(Options options, Story story, Now now)
    : parts_(std::make_unique<Parts>(std::move(options), std::move(now), std::move(story))) {}
Simulator::~Simulator() = default;

std::string Simulator::url() const { return parts_->doors.url(); }
std::string Simulator::control_url() const { return parts_->doors.control_url(); }

std::optional<std::string> Simulator::arm(const FaultRule& rule) { return qloapps::arm(parts_->world.faults, rule); }

}  // namespace agente::sim::qloapps
