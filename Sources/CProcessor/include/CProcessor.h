// What Swift cannot say about the processor that this build is for. The size of its vector registers
// and their number are constants that Swift code can branch on at compile time; `-march`, which
// `Package.swift` passes, sets them.
#pragma once

#if defined(__AVX512F__)
enum { PROCESSOR_VECTOR_BYTES = 64, PROCESSOR_VECTOR_REGISTERS = 32 };
#elif defined(__AVX__)
enum { PROCESSOR_VECTOR_BYTES = 32, PROCESSOR_VECTOR_REGISTERS = 16 };
#elif defined(__aarch64__)
enum { PROCESSOR_VECTOR_BYTES = 16, PROCESSOR_VECTOR_REGISTERS = 32 };
#else
enum { PROCESSOR_VECTOR_BYTES = 16, PROCESSOR_VECTOR_REGISTERS = 16 };
#endif

// Tells the processor that the thread spins, so that it takes less from the others.
static inline void processor_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// Whether this processor has vector registers of so many bytes, and the instructions that come with them.
int processor_has_vectors(int bytes);

// The number of processors that the process may use, at least one: `taskset` and batch systems give it fewer
// than there are.
int processor_allowed_count(void);

// Asks for large pages for memory that starts at a multiple of their size, where the system has them.
void processor_prefer_large_pages(void *memory, long bytes);
