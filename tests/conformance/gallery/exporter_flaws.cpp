// Exporters that mislead one side or the other.
#include <cstdio>

#include "gallery.hpp"

namespace {

struct Flawed : gallery::Exporter {
#if defined(DESCRIBES_NOTHING)
  agente_status describe(const agente_call*, const agente_sink* json, agente_error*) {
    return json->write(json->ctx, gallery::bytes("everything, please"));
  }
#elif defined(REFUSES_EMPTY)
  agente_status export_batch(const agente_call* call, const agente_batch* batch, agente_error* err) {
    if (batch->event_count == 0) return gallery::fail(err, AGENTE_E_INVALID, "nothing in it");
    return Exporter::export_batch(call, batch, err);
  }
#elif defined(NEVER_THE_SAME)
  int sent = 0;
  agente_status export_batch(const agente_call* call, const agente_batch* /*batch*/, agente_error* err) {
    char body[32];
    std::snprintf(body, sizeof body, "delivery %d", ++sent);
    gallery::Reply reply;
    const auto status = ask(call, "POST", "", body, reply, err);
    return status == AGENTE_OK ? judge(reply, err) : status;
  }
#endif
};

}  // namespace

GALLERY_PLUGIN(Flawed);
