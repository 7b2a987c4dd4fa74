#include "simulators/common/doors.hpp"

#include <stdexcept>

namespace agente::sim {
namespace {

std::string http_url(std::uint16_t port) { return "http://127.0.0.1:" + std::to_string(port) + "/"; }

bool is_for_control(const Rooms& rooms, const Request& request) {
  return request.path.starts_with("/__sim/") || (rooms.has_page && request.method == "GET" && request.path == "/");
}

const Ports& checked(const Ports& ports) {
  if (ports.certificate.empty() != ports.key.empty())
    throw std::invalid_argument("TLS needs both --tls-certificate and --tls-key");
  if (!ports.certificate.empty() && !ports.control)
    throw std::invalid_argument("TLS needs --control-port: /__sim and the page stay http, on a port of their own");
  return ports;
}

/// What stands behind the service's door.
HttpServer::Handler at_service(const Ports& ports, const Rooms& rooms) {
  if (ports.control) return rooms.service;
  return [rooms](Request& request) {
    return is_for_control(rooms, request) ? rooms.control(request) : rooms.service(request);
  };
}

}  // namespace

Doors::Doors(const Ports& ports, Rooms rooms)
    : tls_(!checked(ports).certificate.empty()),
      service_(ports.service, at_service(ports, rooms), {ports.certificate, ports.key, rooms.shown}) {
  if (!ports.control) return;
  auto origin = url();
  origin.pop_back();
  control_.emplace(*ports.control, [control = std::move(rooms.control), origin](Request& request) {
    request.origin = origin;  // who tests is told of the service's door
    return control(request);
  });
}

std::string Doors::url() const {
  return tls_ ? "https://localhost:" + std::to_string(service_.port()) + "/" : http_url(service_.port());
}

std::string Doors::control_url() const { return control_ ? http_url(control_->port()) : url(); }

}  // namespace agente::sim
