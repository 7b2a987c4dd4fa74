/* A library of a vendor that leaves a thread's key behind. */
#include <pthread.h>
int keyed_library(void);
int keyed_library(void) {
  static pthread_key_t key;
  return pthread_key_create(&key, NULL);
}
