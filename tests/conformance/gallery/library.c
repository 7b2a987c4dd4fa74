/* Libraries that plugins of the gallery need. */
int gallery_elsewhere(void);

#if defined(KEYED)
#include <pthread.h>
static pthread_key_t key;
int gallery_elsewhere(void) { return pthread_key_create(&key, 0); }
#else
int gallery_elsewhere(void) { return 0; }
#endif
