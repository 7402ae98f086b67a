#define _GNU_SOURCE
#include "CProcessor.h"

#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#include <sys/mman.h>
#endif

// The number of processors that run, at least one.
static int running_count(void) {
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? count : 1;
}

#ifdef __linux__
int processor_allowed_count(void) {
  // The system refuses a set that is too small for its processors.
  for (int size = 1024; size <= 1 << 20; size *= 2) {
    cpu_set_t *set = CPU_ALLOC(size);
    if (!set) break;
    size_t bytes = CPU_ALLOC_SIZE(size);
    int count = sched_getaffinity(0, bytes, set) == 0 ? CPU_COUNT_S(bytes, set) : 0;
    CPU_FREE(set);
    if (count > 0) return count;
  }
  return running_count();
}

void processor_prefer_large_pages(void *memory, long bytes) {
  // Without them it is slower, and right.
  (void)madvise(memory, bytes, MADV_HUGEPAGE);
}
#else
int processor_allowed_count(void) { return running_count(); }
void processor_prefer_large_pages(void *memory, long bytes) {}
#endif

int processor_has_vectors(int bytes) {
#ifdef __x86_64__
  __builtin_cpu_init();
  if (bytes > 32) return __builtin_cpu_supports("avx512f") != 0;
  if (bytes > 16) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
  return 1;
}
