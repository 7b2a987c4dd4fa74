#include "conformance/provider.hpp"

#include <algorithm>
#include <memory>
#include <string>

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

namespace agente::conformance {
namespace {

namespace net = Poco::Net;
using agente::detail::view;

std::unique_ptr<net::HTTPClientSession> session_for(const Poco::URI& uri) {
  if (uri.getScheme() != "https") return std::make_unique<net::HTTPClientSession>(uri.getHost(), uri.getPort());
  const net::Context::Ptr context(
      new net::Context(net::Context::TLS_CLIENT_USE, "", "", "", net::Context::VERIFY_STRICT, 9, true));
  return std::make_unique<net::HTTPSClientSession>(uri.getHost(), uri.getPort(), context);
}

void send(net::HTTPClientSession& session, const agente_http_request& asked, const std::string& path) {
  net::HTTPRequest request(std::string(view(asked.method)), path, net::HTTPMessage::HTTP_1_1);
  for (std::size_t i = 0; i < asked.header_count; ++i)
    request.add(std::string(view(asked.headers[i].key)), std::string(view(asked.headers[i].value)));
  const auto body = view(asked.body);
  if (!body.empty()) request.setContentLength64(static_cast<Poco::Int64>(body.size()));
  session.sendRequest(request) << body << std::flush;
}

TrialHost::Web received(net::HTTPClientSession& session) {
  TrialHost::Web web;
  net::HTTPResponse response;
  Poco::StreamCopier::copyToString(session.receiveResponse(response), web.body);
  web.status = response.getStatus();
  for (const auto& [name, value] : response) web.headers.emplace_back(name, value);
  return web;
}

}  // namespace

TrialHost::Web ask_provider(const agente_http_request& request, std::int64_t until_ms) {
  const auto left = until_ms - TrialHost::monotonic_ms();
  if (left <= 0) return {.code = AGENTE_E_TIMEOUT, .body = "the deadline passed"};
  bool may_be_sent = false;
  try {
    const Poco::URI uri(std::string(view(request.url)));
    const auto session = session_for(uri);
    session->setTimeout(Poco::Timespan(left * Poco::Timespan::MILLISECONDS));
    session->setKeepAlive(false);
    may_be_sent = true;
    send(*session, request, uri.getPathAndQuery());
    return received(*session);
  } catch (const net::ConnectionRefusedException& problem) {
    return {.code = AGENTE_E_RETRY, .body = problem.displayText()};
  } catch (const Poco::Exception& problem) {
    return {.code = may_be_sent ? AGENTE_E_UNKNOWN_OUTCOME : AGENTE_E_INVALID, .body = problem.displayText()};
  }
}

}  // namespace agente::conformance
