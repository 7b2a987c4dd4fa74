/* LD_PRELOAD: a slow disk and a wall clock that jumps, for a program that knows nothing of it.
 *
 * The file named by AGENTE_CHAOS_DIALS holds an agente_dials and may change at any moment. Without it nothing changes.
 * Waits until a moment of the wall clock are turned back into real time, as the kernel's clock does not jump. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "dials.h"

static const agente_dials kNoDials;
static const agente_dials* dials = &kNoDials;

typedef int (*cond_timedwait)(pthread_cond_t*, pthread_mutex_t*, const struct timespec*);
static cond_timedwait real_timedwait;

__attribute__((constructor)) static void find_dials(void) {
  void* const found = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
  real_timedwait = *(const cond_timedwait*)&found;
  const char* const name = getenv("AGENTE_CHAOS_DIALS");
  const int file = name == NULL ? -1 : open(name, O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  void* const mapped = mmap(NULL, sizeof *dials, PROT_READ, MAP_SHARED, file, 0);
  if (mapped != MAP_FAILED) dials = mapped;
  close(file);
}

static int64_t shift(void) { return __atomic_load_n(&dials->clock_shift_ms, __ATOMIC_RELAXED); }

static void move(struct timespec* moment, int64_t by_ms) {
  const int64_t nanos = moment->tv_nsec + by_ms % 1000 * 1000000;
  const int64_t carry = nanos < 0 ? -1 : nanos >= 1000000000 ? 1 : 0;
  moment->tv_sec += by_ms / 1000 + carry;
  moment->tv_nsec = nanos - carry * 1000000000;
}

int clock_gettime(clockid_t clock, struct timespec* out) {
  const int result = (int)syscall(SYS_clock_gettime, clock, out);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) move(out, shift());
  return result;
}

int gettimeofday(struct timeval* restrict out, void* restrict zone) {
  (void)zone;
  struct timespec now;
  const int result = clock_gettime(CLOCK_REALTIME, &now);
  out->tv_sec = now.tv_sec;
  out->tv_usec = now.tv_nsec / 1000;
  return result;
}

time_t time(time_t* out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != NULL) *out = now.tv_sec;
  return now.tv_sec;
}

/* A moment of the wall clock is long after 2001, one of the monotonic clock is not. */
int pthread_cond_timedwait(pthread_cond_t* restrict cond, pthread_mutex_t* restrict mutex,
                           const struct timespec* restrict moment) {
  struct timespec real = *moment;
  if (real.tv_sec > 1000000000) move(&real, -shift());
  return real_timedwait(cond, mutex, &real);
}

static void drag(void) {
  const int64_t delay = __atomic_load_n(&dials->sync_delay_ms, __ATOMIC_RELAXED);
  if (delay > 0) usleep((useconds_t)(delay * 1000));
}

int fsync(int file) {
  drag();
  return (int)syscall(SYS_fsync, file);
}

int fdatasync(int file) {
  drag();
  return (int)syscall(SYS_fdatasync, file);
}
