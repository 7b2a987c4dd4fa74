/// What the plugins of the gallery are made of: the note, the entry, and the way from C tables to a class. Nothing is
/// caught and nothing is checked here, so that a flaw shows as its author would have made it.
#pragma once

#include <cstdlib>
#include <cstring>
#include <string_view>

#include <agente/channel.h>
#include <agente/exporter.h>

namespace gallery {

constexpr std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}
constexpr agente_str str(std::string_view text) { return {text.data(), text.size()}; }
constexpr std::string_view view(agente_str text) { return {text.ptr == nullptr ? "" : text.ptr, text.len}; }
inline agente_bytes bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline agente_status fail(agente_error* err, agente_status code, std::string_view text) {
  err->code = code;
  err->text_len = static_cast<std::uint32_t>(text.size());
  std::memcpy(err->text, text.data(), text.size());
  return code;
}

constexpr std::string_view kSchema = R"({"type": "object", "additionalProperties": false,
  "properties": {"url": {"type": "string", "x-agente-egress": true},
                 "token": {"type": "string", "minLength": 1, "writeOnly": true},
                 "greeting": {"type": "string"}},
  "required": ["url", "token"],
  "examples": [{"url": "https://provider.example", "token": "tell-nobody", "greeting": "hello"}]})";

/// Who a plugin says that it is. A flaw hides what it says differently.
struct Identity {
  static constexpr std::string_view version = "1.0.0";
  static constexpr std::string_view note_version = "1.0.0";
  static constexpr std::string_view schema = kSchema;
  static constexpr std::uint32_t minor = AGENTE_ABI_MINOR;
  static constexpr bool has_create = true;

  /// The entry's answer; `own` is the descriptor.
  static const agente_plugin* entry(std::uint32_t major, agente_plugin& own) {
    return major == AGENTE_ABI_MAJOR ? &own : nullptr;
  }
};

/// Collects what a service writes: short texts, cut without a word.
struct Text {
  char data[128];
  std::size_t size = 0;
  [[nodiscard]] std::string_view view() const { return {data, size}; }
  static agente_status write(void* ctx, agente_bytes piece) {
    auto& self = *static_cast<Text*>(ctx);
    for (std::size_t i = 0; i < piece.len && self.size < sizeof self.data; ++i)
      self.data[self.size++] = static_cast<char>(piece.ptr[i]);
    return AGENTE_OK;
  }
};

/// What came back over http.
struct Reply {
  int status = 0;
  static agente_status on_status(void* ctx, int32_t status) {
    static_cast<Reply*>(ctx)->status = status;
    return AGENTE_OK;
  }
  static agente_status on_header(void*, agente_str, agente_str) { return AGENTE_OK; }
  static agente_status on_body(void*, agente_bytes) { return AGENTE_OK; }
};

/// What every plugin does with the host.
struct Plugin : Identity {
  const agente_host* host = nullptr;

  template <class Table>
  [[nodiscard]] const Table* service(std::string_view id) const {
    return static_cast<const Table*>(host->query(host, str(id)));
  }
  agente_status create(agente_str /*config*/, agente_error* /*err*/) { return AGENTE_OK; }
  void destroy() {}
  agente_status secret(Text& out, agente_error* err) const {
    const agente_sink sink{&out, &Text::write};
    return service<agente_secrets_v1>(AGENTE_SECRETS_V1)->get(host, str("/token"), &sink, err);
  }
  void log(const agente_call* call, std::string_view text) const {
    service<agente_log_v1>(AGENTE_LOG_V1)->write(host, call, AGENTE_LOG_INFO, str(text), nullptr, 0);
  }
  agente_status ask(const agente_call* call, std::string_view method, std::string_view key, std::string_view body,
                    Reply& reply, agente_error* err) const {
    Text token;
    if (const auto status = secret(token, err); status != AGENTE_OK) return status;
    const agente_field headers[] = {{str("authorization"), str(token.view())}, {str("idempotency-key"), str(key)}};
    agente_http_request request{};
    request.struct_size = sizeof request;
    request.method = str(method);
    request.url = str("https://provider.example/things");
    request.headers = headers;
    request.header_count = 2;
    request.body = bytes(body);
    const agente_http_response_sink sink{&reply, &Reply::on_status, &Reply::on_header, &Reply::on_body};
    return service<agente_http_v1>(AGENTE_HTTP_V1)->request(host, call, &request, &sink, err);
  }
  /// The status of a reply in the host's words.
  static agente_status judge(const Reply& reply, agente_error* err) {
    if (reply.status >= 200 && reply.status < 300) return AGENTE_OK;
    if (reply.status == 401) return fail(err, AGENTE_E_AUTH, "the provider refuses our token");
    if (reply.status >= 500) return fail(err, AGENTE_E_RETRY, "the provider is away");
    return fail(err, AGENTE_E_INVALID, "the provider refuses it");
  }
  agente_status self_test(const agente_call* call, const agente_check_sink* out, agente_error* err) {
    Reply reply;
    const bool ok = ask(call, "GET", "", "", reply, err) == AGENTE_OK;
    const agente_check line{sizeof line, ok ? 1U : 0U, str("provider"), str(ok ? "" : "no answer"),
                            str(ok ? "" : "look at the network")};
    return out->write(out->ctx, &line);
  }
};

struct Channel : Plugin {
  static constexpr std::uint32_t kind = AGENTE_KIND_CHANNEL;
  static constexpr std::string_view interface = AGENTE_CHANNEL_V1;

  agente_status send(const agente_call* call, const agente_outbound* message, const agente_sink* id,
                     agente_error* err) {
    Reply reply;
    const auto status = ask(call, "POST", view(message->key), view(message->text), reply, err);
    if (status != AGENTE_OK) return status;
    if (const auto judged = judge(reply, err); judged != AGENTE_OK) return judged;
    return id->write(id->ctx, bytes("sent-1"));
  }
  agente_status on_http(const agente_call* /*call*/, const agente_http_in* request, const agente_http_out* out,
                        agente_error* /*err*/) {
    if (view(request->method) != "POST") return out->status(out->ctx, 405);
    return out->status(out->ctx, 401);
  }
};

struct Exporter : Plugin {
  static constexpr std::uint32_t kind = AGENTE_KIND_EXPORTER;
  static constexpr std::string_view interface = AGENTE_EXPORTER_V1;

  agente_status describe(const agente_call*, const agente_sink* json, agente_error*) {
    return json->write(json->ctx, bytes(R"({"events": ["reservation.*"], "max_batch": 10})"));
  }
  static const agente_event* next(const agente_event* event) {
    return reinterpret_cast<const agente_event*>(reinterpret_cast<const char*>(event) + event->struct_size);
  }
  agente_status export_batch(const agente_call* call, const agente_batch* batch, agente_error* err) {
    const auto* event = batch->events;
    for (std::size_t i = 0; i < batch->event_count; ++i, event = next(event)) {
      Reply reply;
      const auto status = ask(call, "POST", view(batch->id), view(event->body_json), reply, err);
      if (status != AGENTE_OK) return status;
      if (const auto judged = judge(reply, err); judged != AGENTE_OK) return judged;
    }
    return AGENTE_OK;
  }
};

}  // namespace gallery

#include "tables.hpp"
