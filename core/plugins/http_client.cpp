#include "plugins/http_client.hpp"
namespace agente::plugins {
struct HttpClient::Parts {};
HttpClient::HttpClient() = default;
HttpClient::~HttpClient() = default;
Result<HttpResponse> HttpClient::request(const HttpRequest&) { return Error{Code::kUnsupported, "http"}; }
}  // namespace agente::plugins
