/* A library that a test plugin needs and that is then taken away; its twin imports a thread's key. */
int absent_library(void);
int absent_library(void) { return 1; }
