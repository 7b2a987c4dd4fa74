// What must not happen while a library is opened.
#include <csignal>
#include <ctime>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gallery.hpp"
#include "once.hpp"

namespace {

using Flawed = gallery::Channel;

#if defined(SHARES)
struct Sharing : gallery::Channel {
  static const agente_plugin* entry(std::uint32_t major, agente_plugin& own) {
    if (argp_program_version == nullptr) argp_program_version = reinterpret_cast<const char*>(&own);
    return major == AGENTE_ABI_MAJOR ? reinterpret_cast<const agente_plugin*>(argp_program_version) : nullptr;
  }
};
#else
using Sharing = Flawed;
#endif

struct AtLoad {
  AtLoad() {
#if defined(DIES)
    raise(SIGSEGV);
#elif defined(SLOW)
    const timespec pause{0, 60'000'000};
    nanosleep(&pause, nullptr);
#elif defined(THREAD)
    if (gallery::first_in_process()) gallery::start_sleeper();
#elif defined(PRINTS)
    (void)!::write(STDOUT_FILENO, "welcome\n", 8);
#elif defined(HANDLES_SIGNALS)
    std::signal(SIGUSR1, SIG_IGN);
#elif defined(SETS_UMASK)
    ::umask(0077);
#elif defined(SETS_ENVIRONMENT)
    ::setenv("GALLERY", "was here", 1);
#elif defined(OPENS_FILE)
    (void)!::open("/dev/null", O_RDONLY | O_CLOEXEC);
#endif
  }
};
const AtLoad at_load;

}  // namespace

GALLERY_PLUGIN(Sharing);
