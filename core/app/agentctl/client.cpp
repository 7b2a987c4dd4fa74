#include "app/agentctl/client.hpp"

#include <algorithm>
#include <memory>

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/StreamCopier.h>
#include <Poco/Timespan.h>
#include <Poco/URI.h>
#include <nlohmann/json.hpp>

namespace agente::agentctl {
namespace {

using nlohmann::json;
namespace net = Poco::Net;

std::unique_ptr<net::HTTPClientSession> session_for(const Poco::URI& uri) {
  if (uri.getScheme() == "https") return std::make_unique<net::HTTPSClientSession>(uri.getHost(), uri.getPort());
  return std::make_unique<net::HTTPClientSession>(uri.getHost(), uri.getPort());
}

Error refusal_of(int status, const json& answer) {
  const auto code = status == 404 ? Code::kNotFound : status == 503 ? Code::kRetry : Code::kInvalid;
  if (answer.is_object() && answer.contains("error")) {
    return {code, answer["error"].value("message", "refused with status " + std::to_string(status))};
  }
  return {code, "refused with status " + std::to_string(status) + "; is this an Agente Hotel host?"};
}

}  // namespace

std::string url_encoded(const std::string& text) {
  std::string encoded;
  Poco::URI::encode(text, "!#$&'()*+,/:;=?@[] %", encoded);
  return encoded;
}

Result<json> Client::get(const std::string& path) const { return call("GET", path, "", kUsual); }

Result<json> Client::post(const std::string& path, const json& body, std::chrono::seconds patience) const {
  return call("POST", path, body.dump(), patience);
}

Result<json> Client::remove(const std::string& path) const { return call("DELETE", path, "", kUsual); }

Result<Client::Download> Client::download(const std::string& path) const {
  auto answer = exchange({.method = "GET", .path = path});
  if (!answer) return answer.error();
  if (answer->status >= 300) return refusal_of(answer->status, json::parse(answer->body, nullptr, false));
  Download got{.bytes = std::move(answer->body), .name = {}};
  constexpr std::string_view kName = "filename=\"";
  const auto begin = answer->disposition.find(kName);
  if (begin == std::string::npos) return got;
  got.name = answer->disposition.substr(begin + kName.size());
  got.name.resize(std::min(got.name.size(), got.name.find('"')));
  return got;
}

Result<json> Client::call(const std::string& method, const std::string& path, const std::string& body,
                          std::chrono::seconds patience) const {
  return in_json(exchange({.method = method, .path = path, .body = body, .patience = patience}));
}

Result<json> Client::upload(const std::string& path, const std::string& bytes, const std::string& type) const {
  return in_json(
      exchange({.method = "POST", .path = path, .body = bytes, .type = type, .patience = std::chrono::seconds{150}}));
}

Result<json> Client::in_json(const Result<Answer>& answer) const {
  if (!answer) return answer.error();
  auto document = json::parse(answer->body, nullptr, false);
  if (answer->status >= 300) return refusal_of(answer->status, document);
  if (document.is_discarded())
    return Error{Code::kInternal, url_ + " did not answer in JSON; is it an Agente Hotel host?"};
  return document;
}

Result<Client::Answer> Client::exchange(const Question& question) const {
  try {
    const Poco::URI uri(url_);
    const auto session = session_for(uri);
    const Poco::Timespan usual(kUsual.count(), 0);
    session->setTimeout(usual, usual, Poco::Timespan(question.patience.count(), 0));
    net::HTTPRequest request(question.method, question.path, net::HTTPMessage::HTTP_1_1);
    if (!token_.empty()) request.set("Authorization", "Bearer " + token_);
    if (!question.body.empty()) request.setContentType(question.type);
    request.setContentLength(static_cast<int>(question.body.size()));
    session->sendRequest(request) << question.body;
    net::HTTPResponse response;
    Answer answer;
    Poco::StreamCopier::copyToString(session->receiveResponse(response), answer.body);
    answer.status = response.getStatus();
    answer.disposition = response.get("Content-Disposition", "");
    return answer;
  } catch (const Poco::TimeoutException&) {
    return Error{Code::kTimeout, url_ + " has not answered within " + std::to_string(question.patience.count()) +
                                     " s; it may still be at work: see its log, and `agentctl plugin list`"};
  } catch (const Poco::Exception& failure) {
    return Error{Code::kRetry, "no host answers at " + url_ + " (" + failure.displayText() +
                                   "); start it with ./scripts/start.sh or name another one with --url"};
  }
}

}  // namespace agente::agentctl
