// Channels that do their job wrongly.
#include <unistd.h>

#include "gallery.hpp"

namespace {

using gallery::bytes;
using gallery::str;
using gallery::view;

struct Flawed : gallery::Channel {
  agente_status send(const agente_call* call, const agente_outbound* message, const agente_sink* id,
                     agente_error* err) {
    gallery::Reply reply;
#if defined(HANGS)
    while (true) pause();
#elif defined(EXITS)
    std::_Exit(0);
#elif defined(ACCEPTS_IN_SEND)
    agente_inbound echo{};
    echo.struct_size = sizeof echo;
    echo.external_id = str("1");
    echo.sender = str("ana");
    (void)service<agente_inbox_v1>(AGENTE_INBOX_V1)->accept(host, call, &echo, err);
#endif
#if defined(TEXT_ONLY)
    if (view(message->kind) != "text") return gallery::fail(err, AGENTE_E_UNSUPPORTED, "text only");
#endif
#if defined(CUTS_TEXT)
    const auto text = view(message->text).substr(0, 160);
#elif defined(NEW_REQUEST)
    const auto text = std::string_view("12345678").substr(0, message->attempt);
#else
    const auto text = view(message->text);
#endif
#if defined(NEW_REQUEST) || defined(KEYLESS)
    const std::string_view key;
#else
    const auto key = view(message->key);
#endif
    const auto status = ask(call, "POST", key, text, reply, err);
#if defined(SAYS_NOT_SENT)
    if (status == AGENTE_E_UNKNOWN_OUTCOME) return gallery::fail(err, AGENTE_E_RETRY, "it did not arrive");
#endif
    if (status != AGENTE_OK) return status;
#if !defined(CLAIMS_SUCCESS)
    if (const auto judged = judge(reply, err); judged != AGENTE_OK) return judged;
#endif
    return id->write(id->ctx, bytes("sent-1"));
  }

  agente_status on_http(const agente_call* call, const agente_http_in* request, const agente_http_out* out,
                        agente_error* err) {
#if defined(BAD_HEADER)
    const auto taken = out->header(out->ctx, str("x-guest"), str("ana\r\nset-cookie: mine"));
    if (taken != AGENTE_OK) return taken;
#elif defined(SERVER_ERROR)
    if (view(request->method) == "BREW") return out->status(out->ctx, 500);
#elif defined(NO_STATUS)
    if (request->body.len == 1) return AGENTE_OK;
#elif defined(ACCEPTS_AND_REFUSES)
    agente_inbound message{};
    message.struct_size = sizeof message;
    message.external_id = str("1");
    message.sender = str("ana");
    (void)service<agente_inbox_v1>(AGENTE_INBOX_V1)->accept(host, call, &message, err);
    return out->status(out->ctx, 404);
#endif
    return Channel::on_http(call, request, out, err);
  }
};

}  // namespace

GALLERY_PLUGIN(Flawed);
