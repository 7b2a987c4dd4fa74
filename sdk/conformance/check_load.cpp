#include <chrono>
#include <stdexcept>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conformance/check.hpp"
#include "conformance/process_state.hpp"

// What opening the library does to the process. Nothing should: static initialisers run in the host, before it knows
// whether it will use the plugin at all.
namespace agente::conformance {
namespace {

using Clock = std::chrono::steady_clock;

/// Opens a copy and asks its entry, as the host does.
void load(Trial& trial) {
  auto& image = trial.open();
  (void)image.entry(AGENTE_ABI_MAJOR);
}

Finding opens(Trial& trial) {
  try {
    const Image image(trial.copy());
    return pass("opened with everything resolved at once");
  } catch (const std::runtime_error& error) {
    return fail(std::string("the linker refuses it: ") + error.what());
  }
}

Finding quick(Trial& trial) {
  constexpr int kTries = 3;
  constexpr double kMost = 50;
  double best = kMost * 100;
  for (int i = 0; i < kTries; ++i) {
    const auto copy = trial.copy();
    const auto start = Clock::now();
    const Image image(copy);
    best = std::min(best, std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  const auto shown = std::to_string(static_cast<int>(best)) + " ms";
  if (best < kMost) return pass("opened in " + shown);
  return warn("opening takes " + shown + ", more than 50: do less in static initialisers, more in create");
}

Finding no_threads(Trial& trial) {
  const auto before = thread_count();
  load(trial);
  if (threads_settle(before)) return pass("no thread was started");
  return fail("opening it started a thread: use agente.timer/1 or poll; the host lends threads");
}

/// What is written to stdout and stderr while `body` runs.
template <class Body>
std::string output_of(Body&& body) {
  const int sink = ::memfd_create("output", MFD_CLOEXEC);
  const int out = ::dup(STDOUT_FILENO);
  const int err = ::dup(STDERR_FILENO);
  ::dup2(sink, STDOUT_FILENO);
  ::dup2(sink, STDERR_FILENO);
  body();
  ::fflush(nullptr);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  std::string text(200, '\0');
  const auto size = ::pread(sink, text.data(), text.size(), 0);
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  for (const int file : {sink, out, err}) ::close(file);
  return text;
}

Finding no_output(Trial& trial) {
  const auto text = output_of([&] { load(trial); });
  if (text.empty()) return pass("nothing was printed");
  return fail("opening it prints \"" + text + "\": use agente.log/1, once there is an instance");
}

Finding no_signal_handlers(Trial& trial) {
  const auto before = ProcessState::now().signals;
  load(trial);
  const auto changed = difference(before, ProcessState::now().signals);
  if (changed.empty()) return pass("no signal handler was changed");
  return fail("opening it changed " + changed + ": signals belong to the host");
}

Finding no_settings_changed(Trial& trial) {
  const auto before = ProcessState::now().settings;
  load(trial);
  const auto changed = difference(before, ProcessState::now().settings);
  if (changed.empty()) return pass("locale, environment, umask and folder are as before");
  return fail("opening it changed a setting of the whole process: " + changed + ": leave these to the host");
}

Finding no_open_files(Trial& trial) {
  const auto before = ProcessState::now().files;
  load(trial);
  const auto changed = difference(before, ProcessState::now().files);
  if (changed.empty()) return pass("no file or socket is left open");
  return fail("opening it left " + changed + ": open files in create at the earliest, and close them in destroy");
}

Finding copies_are_independent(Trial& trial) {
  const auto& first = trial.open();
  const auto& second = trial.open();
  for (const auto* image : {&first, &second}) {
    const auto* plugin = image->entry(AGENTE_ABI_MAJOR);
    if (plugin == nullptr) return skip("its entry function refuses this host's ABI");
    if (!image->owns(plugin) || !image->owns(reinterpret_cast<const void*>(plugin->create)))
      return fail(
          "one copy of the library answers with what belongs to another: an old and a new version would mix "
          "while the one replaces the other; keep nothing outside of the library");
  }
  return pass("two copies in one process have their own descriptors");
}

constexpr Check kChecks[] = {
    {.id = kOpens,
     .about =
         "dlopen with RTLD_NOW | RTLD_LOCAL succeeds, from a private copy under another name, as the host does it. "
         "Almost everything else stands on this check.",
     .run = &opens},
    {.id = "load/quick",
     .about = "Opening takes less than 50 ms (the best of three), so that an upgrade is not felt. Only a warning.",
     .run = &quick,
     .needs = kOpens},
    {.id = "load/no-threads",
     .about = "No thread is started by opening the library.",
     .run = &no_threads,
     .needs = kOpens},
    {.id = "load/no-output",
     .about = "Nothing is printed to stdout or stderr by opening the library.",
     .run = &no_output,
     .needs = kOpens},
    {.id = "load/no-signal-handlers",
     .about = "Opening the library changes no signal handler: they belong to the host.",
     .run = &no_signal_handlers,
     .needs = kOpens},
    {.id = "load/no-process-settings",
     .about = "Opening the library changes neither locale nor environment, umask or current folder, which the whole "
              "process shares.",
     .run = &no_settings_changed,
     .needs = kOpens},
    {.id = "load/no-open-files",
     .about = "Opening the library leaves no file or socket open.",
     .run = &no_open_files,
     .needs = kOpens},
    {.id = kApart,
     .about =
         "Two copies of the file opened side by side have their own descriptors and functions, as an old and a new "
         "version have during an upgrade.",
     .run = &copies_are_independent,
     .needs = kAnswers},
};

}  // namespace

std::span<const Check> load_checks() { return kChecks; }

}  // namespace agente::conformance
