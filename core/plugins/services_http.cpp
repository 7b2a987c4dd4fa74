#include <algorithm>

#include "plugins/c_abi.hpp"
#include "plugins/http_client.hpp"
#include "plugins/tenant.hpp"

// agente.http/1

namespace agente::plugins {
namespace {

constexpr std::size_t kLargestBody = std::size_t{64} << 20U;  // of a request, and of an answer whatever is asked for
constexpr std::size_t kUsualAnswer = std::size_t{16} << 20U;
constexpr std::size_t kMostHeaders = 100;
constexpr std::uint32_t kMostRedirects = 10;

Error malformed(const char* what) { return {Code::kInvalid, std::string("the request's ") + what + " is malformed"}; }

Result<HttpRequest> read_request(const agente_http_request* from) {
  if (!abi::complete(from)) return malformed("struct_size");
  const auto method = abi::text(from->method);
  const auto url = abi::text(from->url, abi::kTextLimit);
  const auto body = abi::view(from->body, kLargestBody);
  if (!method) return malformed("method");
  if (!url) return malformed("url");
  if (!body) return malformed("body");
  if (from->header_count > kMostHeaders || (from->headers == nullptr && from->header_count > 0)) {
    return malformed("list of headers");
  }
  HttpRequest request{.method = *method, .url = *url, .body = std::string(*body)};
  for (std::size_t i = 0; i < from->header_count; ++i) {
    const auto name = abi::text(from->headers[i].key);
    const auto value = abi::text(from->headers[i].value, abi::kTextLimit);
    if (!name || !value) return malformed("header");
    request.headers.emplace_back(*name, *value);
  }
  request.max_response =
      from->max_response_bytes == 0 ? kUsualAnswer : std::min<std::size_t>(from->max_response_bytes, kLargestBody);
  request.max_redirects = static_cast<int>(std::min(from->max_redirects, kMostRedirects));
  return request;
}

/// The end of the call, or of the request's own time if that comes first. Without a call (in create): the instance's
/// deadline.
Result<Steady> deadline_of(Tenant& tenant, const agente_call* call, std::uint32_t timeout_ms) {
  const auto now = std::chrono::steady_clock::now();
  auto deadline = now + tenant.config.deadline;
  if (call != nullptr) {
    const auto of = tenant.calls.find(call);
    if (!of) return Error{Code::kCancelled, "the call is over"};
    deadline = of->deadline;
  }
  return timeout_ms == 0 ? deadline : std::min(deadline, now + Millis{timeout_ms});
}

Result<void> hand_out(const HttpResponse& response, const agente_http_response_sink& out) {
  auto status = out.status(out.ctx, response.status);
  for (const auto& [name, value] : response.headers) {
    if (status == AGENTE_OK) status = out.header(out.ctx, abi::str(name), abi::str(value));
  }
  if (status == AGENTE_OK && !response.body.empty()) status = out.body(out.ctx, abi::bytes(response.body));
  if (status == AGENTE_OK) return {};
  return Error{abi::is_known(status) ? static_cast<Code>(status) : Code::kInvalid, "the plugin refused the answer"};
}

agente_status request(const agente_host* host, const agente_call* call, const agente_http_request* from,
                      const agente_http_response_sink* out, agente_error* err) noexcept {
  return serve(host, err, [&](Tenant& tenant) -> Result<void> {
    auto read = read_request(from);
    if (!read) return read.error();
    if (out == nullptr || out->status == nullptr || out->header == nullptr || out->body == nullptr) {
      return malformed("response sink");
    }
    const auto deadline = deadline_of(tenant, call, from->timeout_ms);
    if (!deadline) return deadline.error();
    read->deadline = *deadline;
    read->egress = &tenant.config.egress;
    const auto response = tenant.house->http->request(*read);
    return response ? hand_out(*response, *out) : Result<void>(response.error());
  });
}

}  // namespace

const agente_http_v1 kHttpService{&request};

}  // namespace agente::plugins
