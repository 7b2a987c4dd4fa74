#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "simulators/whatsapp/graph_error.hpp"
#include "simulators/whatsapp/outgoing.hpp"
#include "simulators/whatsapp/world.hpp"

namespace agente::sim::whatsapp {

/// Plays graph.facebook.com for one account. Thread-safe.
class Graph {
 public:
  explicit Graph(World& world) : world_(world) {}

  /// Answers a request to any path, and notes it in the journal.
  Reply answer(const Request& request);

 private:
  struct Call;
  Reply dispatch(Call& call);
  Reply messages(Call& call);
  Reply receipt(Call& call, const Outgoing& asked);
  Reply accept(Call& call, const Outgoing& asked);
  Reply refuse(Call& call, const GraphError& error);
  std::optional<GraphError> check_token(const Request& request);
  [[nodiscard]] std::string class_of(const Call& call) const;
  [[nodiscard]] Reply limited(Reply reply, std::chrono::seconds wait) const;
  [[nodiscard]] std::optional<GraphError> check_recipient(const Outgoing& asked) const;
  Reply fail_before(Call& call, const FaultRule& fault);
  void hold_template(Call& call, const Outgoing& asked, nlohmann::json& body);
  void fail_after(Call& call, const Outgoing& asked, Reply& reply);
  [[nodiscard]] bool is_closed(const Call& call, const Outgoing& asked, ClosedWindow policy) const;
  [[nodiscard]] int later_failure(const Call& call, const Outgoing& asked) const;

  World& world_;
};

/// The version that answers a call for `asked` ("v25.0", or empty): an expired one is served by the oldest alive.
std::string served_version(const std::string& asked, std::chrono::system_clock::time_point now);

/// GET of a node or edge other than messages; nothing if there is no such object.
std::optional<Reply> read_node(const World& world, const Request& request, const std::vector<std::string>& path);

}  // namespace agente::sim::whatsapp
