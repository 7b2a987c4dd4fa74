// From create to destroy.
#include <stdexcept>

#include <pthread.h>

#include "gallery.hpp"

namespace {

using gallery::fail;
using gallery::str;

#if defined(PICKY)
struct Flawed : gallery::Channel {
  agente_status create(agente_str, agente_error* err) { return fail(err, AGENTE_E_CONFIG, "url: not to my liking"); }
};
#elif defined(LEAVES_TIMER)
agente_status tick(void*, const agente_call*, agente_error*) { return AGENTE_OK; }
struct Flawed : gallery::Channel {
  agente_status create(agente_str, agente_error* err) {
    std::uint64_t id = 0;
    const auto* timers = service<agente_timer_v1>(AGENTE_TIMER_V1);
    if (const auto status = timers->start(host, 1000, 1000, &tick, nullptr, &id, err); status != AGENTE_OK)
      return status;
    gallery::Text token;
    return secret(token, err);
  }
};
#elif defined(THROWS_IN_CREATE) || defined(ODD_CODE_IN_CREATE)
struct Flawed : gallery::Channel {
  agente_status create(agente_str, agente_error* err) {
    gallery::Text token;
    if (secret(token, err) == AGENTE_OK) return AGENTE_OK;
#if defined(THROWS_IN_CREATE)
    throw std::runtime_error("no token");
#else
    return fail(err, 99, "no token");
#endif
  }
};
#elif defined(FEW_INSTANCES)
int alive = 0;
struct Flawed : gallery::Channel {
  agente_status create(agente_str, agente_error* err) {
    if (__atomic_load_n(&alive, __ATOMIC_SEQ_CST) >= 30) return fail(err, AGENTE_E_INTERNAL, "the house is full");
    __atomic_fetch_add(&alive, 1, __ATOMIC_SEQ_CST);
    return AGENTE_OK;
  }
  void destroy() { __atomic_fetch_sub(&alive, 1, __ATOMIC_SEQ_CST); }
};
#elif defined(ANY_INTERFACE)
struct Flawed : gallery::Channel {
  // But for those that it would be taken for.
  const void* query(agente_str id) {
    const bool besides =
        gallery::view(id) == AGENTE_CHANNEL_PRESENCE_V1 || gallery::view(id) == AGENTE_CHANNEL_MEDIA_V1;
    return besides ? nullptr : gallery::table<Flawed>();
  }
};
#elif defined(MOVING_TABLE)
struct Flawed : gallery::Channel {
  unsigned queries = 0;
  const void* query(agente_str id) {
    static agente_channel_v1 tables[2] = {gallery::channel_table<Flawed>, gallery::channel_table<Flawed>};
    return gallery::view(id) == interface ? &tables[queries++ % 2] : nullptr;
  }
};
#elif defined(NO_TABLE)
struct Flawed : gallery::Channel {
  const void* query(agente_str) { return nullptr; }
};
#elif defined(NO_SELF_TEST)
struct Flawed : gallery::Channel {
  const void* query(agente_str id) {
    static const agente_channel_v1 table = [] {
      auto made = gallery::channel_table<Flawed>;
      made.self_test = nullptr;
      return made;
    }();
    return gallery::view(id) == interface ? &table : nullptr;
  }
};
#elif defined(POSTING_SELF_TEST)
struct Flawed : gallery::Channel {
  agente_status self_test(const agente_call* call, const agente_check_sink* out, agente_error* err) {
    gallery::Reply reply;
    (void)ask(call, "POST", "", "this is a test", reply, err);
    return Channel::self_test(call, out, err);
  }
};
#elif defined(SILENT_SELF_TEST)
struct Flawed : gallery::Channel {
  agente_status self_test(const agente_call*, const agente_check_sink*, agente_error*) { return AGENTE_OK; }
};
#elif defined(TERSE_SELF_TEST)
struct Flawed : gallery::Channel {
  agente_status self_test(const agente_call*, const agente_check_sink* out, agente_error*) {
    const agente_check line{sizeof line, 0, str("provider"), {}, {}};
    return out->write(out->ctx, &line);
  }
};
#elif defined(CALLS_AFTER_DESTROY)
const agente_host* gone = nullptr;
struct Flawed : gallery::Channel {
  agente_status send(const agente_call* call, const agente_outbound* message, const agente_sink* id,
                     agente_error* err) {
    const auto* before = __atomic_load_n(&gone, __ATOMIC_SEQ_CST);
    if (before != nullptr) (void)before->query(before, str(AGENTE_LOG_V1));
    return Channel::send(call, message, id, err);
  }
  void destroy() { __atomic_store_n(&gone, host, __ATOMIC_SEQ_CST); }
};
#elif defined(WRITES_EARLY)
struct Flawed : gallery::Channel {
  agente_status create(agente_str, agente_error* err) {
    (void)service<agente_kv_v1>(AGENTE_KV_V1)
        ->put(host, str("born"), gallery::bytes("1"), 1, AGENTE_KV_ANY, nullptr, err);
    return AGENTE_OK;
  }
};
#elif defined(HOMEBOUND)
struct Flawed : gallery::Channel {
  pthread_t home = pthread_self();
  void destroy() {
    if (pthread_equal(home, pthread_self()) == 0) std::abort();
  }
};
#endif

}  // namespace

GALLERY_PLUGIN(Flawed);
