// Failing in the wrong way.
#include <stdexcept>

#include "gallery.hpp"

namespace {

using gallery::fail;

struct Flawed : gallery::Channel {
  agente_status send(const agente_call* call, const agente_outbound* message, const agente_sink* id,
                     agente_error* err) {
#if defined(BAD_METRIC)
    service<agente_metrics_v1>(AGENTE_METRICS_V1)->counter_add(host, gallery::str("bad name"), nullptr, 0, 1);
#elif defined(DIES_WITHOUT_SECRET)
    gallery::Text token;
    if (secret(token, err) == AGENTE_E_CONFLICT) std::abort();
#endif
    gallery::Reply reply;
    const auto status = ask(call, "POST", gallery::view(message->key), gallery::view(message->text), reply, err);
    if (status != AGENTE_OK) return status;
    if (reply.status == 404) return on_404(err);
    if (const auto judged = judge(reply, err); judged != AGENTE_OK) return judged;
    return id->write(id->ctx, gallery::bytes("sent-1"));
  }

  static agente_status on_404(agente_error* err) {
#if defined(ODD_CODE)
    return fail(err, 99, "my very own code");
#elif defined(SCRIBBLES)
    std::memset(err, 0, sizeof *err);
    return fail(err, AGENTE_E_INVALID, "no such guest");
#elif defined(LATIN)
    return fail(err, AGENTE_E_INVALID, "hu\xe9sped desconocido");
#elif defined(ENDLESS)
    err->text_len = 4000;
    return AGENTE_E_INVALID;
#elif defined(WORDLESS)
    err->code = AGENTE_E_INVALID;
    return AGENTE_E_INVALID;
#elif defined(PATIENT)
    err->retry_after_ms = 4'000'000'000U;
    return fail(err, AGENTE_E_RETRY, "later");
#elif defined(THROWS)
    (void)err;
    throw std::runtime_error("no such guest");
#else
    return fail(err, AGENTE_E_INVALID, "no such guest");
#endif
  }
};

}  // namespace

GALLERY_PLUGIN(Flawed);
