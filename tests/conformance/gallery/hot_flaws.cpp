// What stands in the way of replacing a version.
#include <stdexcept>

#include <dlfcn.h>

#include "gallery.hpp"
#include "once.hpp"

namespace {

using gallery::fail;
using gallery::str;

#if defined(CLINGS)
struct Flawed : gallery::Channel {
  agente_status create(agente_str, agente_error*) {
    Dl_info mine{};
    dladdr(reinterpret_cast<const void*>(&gallery::fail), &mine);
    (void)dlopen(mine.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
    return AGENTE_OK;
  }
};
#elif defined(LEANS_ON_OLDER)
const char greeting[] = "hello";
struct Flawed : gallery::Channel {
  agente_status create(agente_str, agente_error*) {
    if (argp_program_version == nullptr) argp_program_version = greeting;
    return AGENTE_OK;
  }
  agente_status send(const agente_call* call, const agente_outbound* message, const agente_sink* id,
                     agente_error* err) {
    log(call, argp_program_version);
    return Channel::send(call, message, id, err);
  }
};
#elif defined(ONLY_COPY)
const char mine = 0;
int alive = 0;
struct Flawed : gallery::Channel {
  agente_status create(agente_str, agente_error* err) {
    if (argp_program_version == nullptr) argp_program_version = &mine;
    if (argp_program_version != &mine) return fail(err, AGENTE_E_CONFIG, "url: its port is taken");
    ++alive;
    return AGENTE_OK;
  }
  void destroy() {
    if (--alive == 0) argp_program_version = nullptr;
  }
};
#elif defined(LOSES_CALLS)
struct Flawed : gallery::Channel {
  agente_status create(agente_str, agente_error*) {
    __atomic_fetch_add(&optopt, 1000, __ATOMIC_SEQ_CST);
    return AGENTE_OK;
  }
  agente_status send(const agente_call* call, const agente_outbound* message, const agente_sink* id,
                     agente_error* err) {
    if (__atomic_load_n(&optopt, __ATOMIC_SEQ_CST) >= 2000) return fail(err, AGENTE_E_INTERNAL, "who is in charge?");
    return Channel::send(call, message, id, err);
  }
  void destroy() { __atomic_fetch_sub(&optopt, 1000, __ATOMIC_SEQ_CST); }
};
#elif defined(FORGETS) || defined(CHOKES) || defined(THROWS)
struct Flawed : gallery::Channel {
  bool in_my_way = false;

  static agente_status look(void* ctx, const agente_kv_entry* entry) {
    *static_cast<char*>(ctx) = entry->value.len == 1 ? static_cast<char>(entry->value.ptr[0]) : '?';
    return AGENTE_OK;
  }
  [[nodiscard]] char state(agente_error* err) const {
    char found = 0;
    const agente_kv_sink sink{&found, &look};
    (void)service<agente_kv_v1>(AGENTE_KV_V1)->get(host, str("state"), &sink, err);
    return found;
  }
  agente_status create(agente_str, agente_error* err) {
    const auto found = state(err);
#if defined(FORGETS)
    in_my_way = found != 0;
#elif defined(THROWS)
    if (found == '?') throw std::runtime_error("what is this?");
#else
    if (found == '?') std::abort();
#endif
    return AGENTE_OK;
  }
  agente_status send(const agente_call* call, const agente_outbound* message, const agente_sink* id,
                     agente_error* err) {
    if (in_my_way) return fail(err, AGENTE_E_CONFIG, "state: something is in my way");
    (void)service<agente_kv_v1>(AGENTE_KV_V1)
        ->put(host, str("state"), gallery::bytes("1"), 1, AGENTE_KV_ANY, nullptr, err);
    return Channel::send(call, message, id, err);
  }
};
#endif

}  // namespace

GALLERY_PLUGIN(Flawed);
