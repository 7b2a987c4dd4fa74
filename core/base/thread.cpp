#include "base/thread.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

namespace agente {

void name_thread(const char* name) { pthread_setname_np(pthread_self(), name); }

void yield_to_others() {
  constexpr int kNiceness = 10;
  // Linux counts priorities by thread. If it is refused, the thread just stays as it is.
  static_cast<void>(setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNiceness));
}

}  // namespace agente
