/// For flaws that happen once in a process, however often the plugin is loaded: variables of libc that nobody here
/// uses outlive the plugin.
#pragma once

#include <argp.h>
#include <dlfcn.h>
#include <pthread.h>
#include <unistd.h>

namespace gallery {

inline bool first_in_process() { return __atomic_exchange_n(&opterr, 0, __ATOMIC_SEQ_CST) != 0; }

/// Starts a thread without importing pthread_create, which would make the plugin pinned.
inline pthread_t start_thread(void* (*body)(void*), void* argument) {
  using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  pthread_t thread{};
  reinterpret_cast<Create>(dlsym(RTLD_DEFAULT, "pthread_create"))(&thread, nullptr, body, argument);
  return thread;
}

/// Starts one that runs nothing but libc's pause, for ever: it never comes near code that was unloaded.
inline void start_sleeper() { start_thread(reinterpret_cast<void* (*)(void*)>(dlsym(RTLD_DEFAULT, "pause")), nullptr); }

}  // namespace gallery
