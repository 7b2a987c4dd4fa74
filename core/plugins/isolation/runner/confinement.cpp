#include "plugins/isolation/runner/confinement.hpp"

#include <csignal>
#include <cstddef>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "plugins/isolation/confined.hpp"

namespace agente::plugins::isolation {
namespace {

constexpr std::size_t kStack = std::size_t{2} << 20U;  // of each thread; they all count against the address space

void limit(__rlimit_resource resource, rlim_t most) {
  const rlimit both{most, most};
  ::setrlimit(resource, &both);
}

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "say which architecture the system calls are counted for"
#endif

/// Another process could outlive the runner, which is killed alone. Threads are let through; clone3 hides its flags,
/// so it is said not to exist, and the C library takes clone.
void forbid_processes() {
  constexpr auto kRefuse = SECCOMP_RET_ERRNO | 1U /* EPERM */;
  constexpr auto kAbsent = SECCOMP_RET_ERRNO | 38U /* ENOSYS */;
  sock_filter filter[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000U, 0, 1),  // x32's numbers
    BPF_STMT(BPF_RET | BPF_K, kRefuse),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_clone3, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, kAbsent),
#if defined(__NR_fork)
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_fork, 2, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_vfork, 1, 0),
#endif
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_execve, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, kRefuse),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_execveat, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, kRefuse),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_clone, 0, 3),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[0])),
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, kRefuse),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{static_cast<unsigned short>(sizeof filter / sizeof *filter), filter};
  ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

}  // namespace

void settle_in() {
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  // If the host has ended before this line, the socket is at its end, and so is the runner.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  forbid_processes();
  if (::chdir("/") != 0) return;
  ::mallopt(M_ARENA_MAX, 2);  // each arena takes 64 MiB of address space
  pthread_attr_t threads;
  pthread_attr_init(&threads);
  pthread_attr_setstacksize(&threads, kStack);
  pthread_setattr_default_np(&threads);
  pthread_attr_destroy(&threads);
}

void confine(std::uint32_t memory_mb, std::uint32_t open_files) {
  if (!kSanitized) limit(RLIMIT_AS, rlim_t{memory_mb} << 20U);
  limit(RLIMIT_NOFILE, open_files);
  limit(RLIMIT_CORE, 0);
}

}  // namespace agente::plugins::isolation
