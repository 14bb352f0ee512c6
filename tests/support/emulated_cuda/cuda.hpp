// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stands before the text of a CUDA program that is compiled as C++ for this processor: what the gpu/ kernels use of CUDA.
// The compiler checks the alignment of every access (-fsanitize=alignment) and calls the handlers below.

#include <math.h>
#include <cstdint>
#include <cstring>

#include "state.hpp"

extern "C" {
__attribute__((visibility("default"))) emulated::State emulated_state;
}

#define __global__ __attribute__((visibility("default")))
#define __device__
#define __forceinline__ inline
#define __launch_bounds__(items)
#define __align__(bytes) __attribute__((aligned(bytes)))
#define __constant__ const

// Local memory has a section of its own for each declaration, whose bounds the linker knows.
#define EMULATED_LOCAL(number) EMULATED_LOCAL_SECTION(number)
#define EMULATED_LOCAL_SECTION(number)                                                             \
    extern char __start_local_memory##number[] __attribute__((visibility("hidden")));              \
    extern char __stop_local_memory##number[] __attribute__((visibility("hidden")));               \
    emulated_state.group->local_memory(__start_local_memory##number, __stop_local_memory##number); \
    static __attribute__((used, section("local_memory" #number)))
#define __shared__ EMULATED_LOCAL(__COUNTER__)

#define blockIdx (emulated_state.block)
#define threadIdx (emulated_state.thread)
#define __syncthreads() emulated::wait(__FILE__, __LINE__)

struct __align__(8) float2 {
    float x, y;
};
struct __align__(16) float4 {
    float x, y, z, w;
};
inline float2 make_float2(float x, float y) {
    return {x, y};
}
inline float4 make_float4(float x, float y, float z, float w) {
    return {x, y, z, w};
}
inline int max(int a, int b) {
    return a < b ? b : a;
}
inline int min(int a, int b) {
    return b < a ? b : a;
}
inline float __int_as_float(int bits) {
    float value;
    std::memcpy(&value, &bits, sizeof(value));
    return value;
}
inline int __float_as_int(float value) {
    int bits;
    std::memcpy(&bits, &value, sizeof(bits));
    return bits;
}

namespace emulated {

/// Others write to local memory meanwhile, which no variable may hold a copy of.
inline void wait(const char* file, int line) {
    asm volatile("" ::: "memory");
    emulated_state.group->barrier(file, line);
    asm volatile("" ::: "memory");
}

template <class... Parameters>
constexpr Signature signature_of(void (*)(Parameters...)) {
    return {sizeof...(Parameters), {static_cast<int>(sizeof(Parameters))...}};
}

/// As the compiler describes a place of the text.
struct Place {
    const char* file;
    std::uint32_t line;
    std::uint32_t column;
};
struct TypeMismatch {
    Place place;
    const void* type;
    unsigned char log_alignment;
    unsigned char access;
};

}  // namespace emulated

// What tells the parameters of a kernel.
#define EMULATED_SIGNATURE(kernel)                                                                         \
    extern "C" __attribute__((visibility("default"), used)) const emulated::Signature kernel##_signature = \
        emulated::signature_of(&kernel);

// The compiler calls these before an access that is not aligned.
extern "C" __attribute__((used)) inline void __ubsan_handle_type_mismatch_v1(emulated::TypeMismatch* found,
                                                                             std::uintptr_t address) {
    emulated_state.group->misaligned(found->place.file, found->place.line, reinterpret_cast<const void*>(address),
                                     std::size_t{1} << found->log_alignment);
}
extern "C" __attribute__((used)) inline void __ubsan_handle_type_mismatch_v1_abort(emulated::TypeMismatch* found,
                                                                                   std::uintptr_t address) {
    __ubsan_handle_type_mismatch_v1(found, address);
}
