// agente-runner: one plugin's object in a process of its own. The host starts it with a socket and talks to it there.
#include <cstdio>

#include <sys/socket.h>
#include <sys/stat.h>

#include "plugins/isolation/confined.hpp"
#include "plugins/isolation/runner/confinement.hpp"
#include "plugins/isolation/runner/lodger.hpp"

#ifdef __SANITIZE_ADDRESS__
// Leaks are looked for from a process beside this one, which a runner may not have.
extern "C" int __lsan_is_turned_off();  // NOLINT: its name
extern "C" int __lsan_is_turned_off() { return 1; }
#endif

int main() {
  using namespace agente::plugins::isolation;  // NOLINT(google-build-using-namespace): the whole program is this room
  struct stat what {};
  if (::fstat(kRunnerSocket, &what) != 0 || !S_ISSOCK(what.st_mode)) {
    std::fputs("agente-runner is started by agente-host, for instances with `isolation: process`.\n", stderr);
    return 2;
  }
  settle_in();
  Office office(kRunnerSocket);
  Lodger lodger(office);
  office.open([&](const Letter& call, FrameWriter& out) { lodger.answer(call, out); });
}
