// SPDX-License-Identifier: Apache-2.0
// What gpu/ needs of a language, in OpenCL C 1.2; cuda.cu says the same in CUDA C++.

// A change of variant must change no bit: a * b + c stays two roundings, fma() is one.
#pragma OPENCL FP_CONTRACT OFF

#define ALWAYS_INLINE static inline __attribute__((always_inline))
// For conditional stores to neighbours: where LLVM 14 puts work-items of a CPU into vectors (PoCL 3.1) it stores wrong elements,
// but not through a call.
#if defined(__x86_64__) || defined(__aarch64__)
#define STORE_FUNCTION static __attribute__((noinline))
#else
#define STORE_FUNCTION ALWAYS_INLINE
#endif
// A range of two dimensions only makes a driver generate code (device/backend.hpp).
#define KERNEL(items) __kernel __attribute__((reqd_work_group_size(items, 1, 1)))
#define IS_LAUNCH (get_work_dim() == 1)
#define GROUP ((long)get_group_id(0))
#define ITEM ((int)get_local_id(0))
#define BARRIER() barrier(CLK_LOCAL_MEM_FENCE)
#define LOCAL_FLOATS(name, count) __local float name[count] __attribute__((aligned(16)))
#define FLOAT2(a, b) ((float2)(a, b))
#define FLOAT4(a, b, c, d) ((float4)(a, b, c, d))
