#include "simulators/common/test_client.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

namespace agente::sim::testing {

HttpAnswer http(const std::string& method, const std::string& url, const std::string& body,
                const std::map<std::string, std::string>& headers, int timeout_ms) {
  HttpAnswer answer;
  try {
    const Poco::URI uri(url);
    Poco::Net::HTTPClientSession session(uri.getHost(), uri.getPort());
    session.setTimeout(Poco::Timespan(timeout_ms * 1000LL));
    Poco::Net::HTTPRequest request(method, uri.getPathAndQuery(), "HTTP/1.1");
    for (const auto& [name, value] : headers) request.set(name, value);
    request.setContentLength64(static_cast<Poco::Int64>(body.size()));
    session.sendRequest(request) << body;
    Poco::Net::HTTPResponse response;
    auto& in = session.receiveResponse(response);
    Poco::StreamCopier::copyToString(in, answer.body);
    answer.status = response.getStatus();
    for (const auto& [name, value] : response) answer.headers[name] = value;
  } catch (const Poco::Exception& problem) {
    answer.error = problem.displayText();
  }
  return answer;
}

}  // namespace agente::sim::testing
