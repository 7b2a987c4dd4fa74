// What is read, kept and never freed.
#include <stdexcept>

#include "gallery.hpp"

namespace {

using gallery::bytes;
using gallery::view;

#if defined(STEPS_BY_SIZEOF)
struct Flawed : gallery::Exporter {
  agente_status export_batch(const agente_call* call, const agente_batch* batch, agente_error* err) {
    for (std::size_t i = 0; i < batch->event_count; ++i) {
      gallery::Reply reply;
      const auto status = ask(call, "POST", view(batch->id), view(batch->events[i].body_json), reply, err);
      if (status != AGENTE_OK) return status;
      if (const auto judged = judge(reply, err); judged != AGENTE_OK) return judged;
    }
    return AGENTE_OK;
  }
};
#else
struct Flawed : gallery::Channel {
#if defined(KEEPS_ARGUMENT)
  const char* last = nullptr;
#elif defined(LEAKS_AFTER_USE)
  void* kept = nullptr;
#elif defined(LEAKS_PER_INSTANCE)
  agente_status create(agente_str, agente_error*) {
    void* volatile lost = std::malloc(100);
    return lost == nullptr ? AGENTE_E_INTERNAL : AGENTE_OK;
  }
#elif defined(LEAKS_WHEN_REFUSED)
  agente_status create(agente_str, agente_error* err) {
    void* volatile buffer = std::malloc(100);  // volatile: else it is left out when optimised
    gallery::Text token;
    if (const auto status = secret(token, err); status != AGENTE_OK) return status;
    std::free(buffer);
    return AGENTE_OK;
  }
#endif
  agente_status send(const agente_call* call, const agente_outbound* message, const agente_sink* id,
                     agente_error* err) {
#if defined(KEEPS_ARGUMENT)
    if (last != nullptr && *last == '!') log(call, "the same again");
    last = message->recipient.ptr;
#elif defined(EXPECTS_TERMINATOR)
    if (message->key.ptr != nullptr && std::strlen(message->key.ptr) > 100) log(call, "a long key");
#elif defined(IGNORES_SINK)
    if (const auto status = Channel::send(call, message, id, err);
        status != AGENTE_E_INVALID && status != AGENTE_E_CANCELLED)
      return status;
    return err->text_len > 0 ? AGENTE_E_INVALID : AGENTE_OK;
#elif defined(WRITES_ON)
    const auto status = Channel::send(call, message, id, err);
    return status == AGENTE_E_INVALID && err->text_len == 0 ? id->write(id->ctx, bytes("more")) : status;
#elif defined(NEEDS_RECIPIENT)
    if (view(message->recipient).empty()) std::abort();
#elif defined(THROWS_WITHOUT_RECIPIENT)
    if (view(message->recipient).empty()) throw std::runtime_error("to whom?");
#elif defined(EXACT_SIZE)
    if (message->struct_size != sizeof *message) return gallery::fail(err, AGENTE_E_INVALID, "another size");
#elif defined(READS_BEYOND)
    if (message->details.len > 0) log(call, "it has details");
#elif defined(LEAKS_PER_CALL)
    void* volatile lost = std::malloc(100);
    if (lost == nullptr) return AGENTE_E_INTERNAL;
#elif defined(LEAKS_AFTER_USE)
    if (kept == nullptr) kept = std::malloc(100);
#endif
    return Channel::send(call, message, id, err);
  }
};
#endif

#if defined(LEAKS_PER_LOAD)
struct AtLoad {
  void* volatile lost = std::malloc(100);
};
const AtLoad at_load;
#endif

}  // namespace

GALLERY_PLUGIN(Flawed);
