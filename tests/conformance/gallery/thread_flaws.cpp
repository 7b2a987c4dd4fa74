// Threads of its own, and calls that are over.
#include <ctime>

#include <pthread.h>
#include <unistd.h>

#include "gallery.hpp"
#include "once.hpp"

namespace {

#if defined(ONE_AT_A_TIME)
struct Flawed : gallery::Channel {
  int busy = 0;
  agente_status send(const agente_call* call, const agente_outbound* message, const agente_sink* id,
                     agente_error* err) {
    if (__atomic_fetch_add(&busy, 1, __ATOMIC_SEQ_CST) != 0) std::abort();
    usleep(2000);
    const auto status = Channel::send(call, message, id, err);
    __atomic_fetch_sub(&busy, 1, __ATOMIC_SEQ_CST);
    return status;
  }
};
#elif defined(OWN_THREAD) || defined(OWN_THREAD_LATER)
struct Flawed : gallery::Channel {
  pthread_t thread{};
  bool ends = false;
  static void* run(void* ctx) {
    auto* self = static_cast<Flawed*>(ctx);
#if defined(OWN_THREAD_LATER)
    for (int i = 0; i < 100; ++i) {
      usleep(3000);
      if (__atomic_load_n(&self->ends, __ATOMIC_SEQ_CST)) return nullptr;
    }
#endif
    self->log(nullptr, "hello from my own thread");
    return nullptr;
  }
  agente_status create(agente_str, agente_error*) {
    thread = gallery::start_thread(&run, this);
    return AGENTE_OK;
  }
  void destroy() {
    __atomic_store_n(&ends, true, __ATOMIC_SEQ_CST);
    using Join = int (*)(pthread_t, void**);
    reinterpret_cast<Join>(dlsym(RTLD_DEFAULT, "pthread_join"))(thread, nullptr);
  }
};
#elif defined(KEEPS_CALL)
struct Flawed : gallery::Channel {
  agente_call kept{};
  agente_status send(const agente_call* call, const agente_outbound* message, const agente_sink* id,
                     agente_error* err) {
    kept = *call;
    return Channel::send(call, message, id, err);
  }
  agente_status self_test(const agente_call* call, const agente_check_sink* out, agente_error* err) {
    gallery::Reply reply;
    if (kept.struct_size != 0) (void)ask(&kept, "GET", "", "", reply, err);
    return Channel::self_test(call, out, err);
  }
};
#elif defined(NO_CALL)
struct Flawed : gallery::Channel {
  agente_status self_test(const agente_call* call, const agente_check_sink* out, agente_error* err) {
    gallery::Reply reply;
    (void)ask(nullptr, "GET", "", "", reply, err);
    return Channel::self_test(call, out, err);
  }
};
#elif defined(STUBBORN)
struct Flawed : gallery::Channel {
  agente_status send(const agente_call* call, const agente_outbound* message, const agente_sink* id,
                     agente_error* err) {
    for (int attempt = 0;; ++attempt) {
      const auto status = Channel::send(call, message, id, err);
      if (status != AGENTE_E_TIMEOUT || attempt == 30) return status;
      usleep(20'000);
    }
  }
};
#elif defined(LEAVES_THREAD)
struct Flawed : gallery::Channel {
  agente_status create(agente_str, agente_error*) {
    if (gallery::first_in_process()) gallery::start_sleeper();
    return AGENTE_OK;
  }
};
#endif

}  // namespace

GALLERY_PLUGIN(Flawed);
