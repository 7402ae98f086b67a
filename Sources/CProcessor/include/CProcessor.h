// What the processor that this build is for can hold in its registers, as constants that Swift code
// can branch on at compile time. Set by `-march`, which `Package.swift` passes.
#pragma once

#if defined(__AVX512F__)
enum { PROCESSOR_VECTOR_BYTES = 64 };
#elif defined(__AVX__)
enum { PROCESSOR_VECTOR_BYTES = 32 };
#elif defined(__aarch64__)
enum { PROCESSOR_VECTOR_BYTES = 16 };
#else
enum { PROCESSOR_VECTOR_BYTES = 16 };
#endif
