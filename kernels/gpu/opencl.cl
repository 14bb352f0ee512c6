// SPDX-License-Identifier: Apache-2.0
// What gpu/ needs of a language, in OpenCL C 1.2; cuda.cu says the same in CUDA C++.

// A change of variant must change no bit: a * b + c stays two roundings, fma() is one.
#pragma OPENCL FP_CONTRACT OFF

#define ALWAYS_INLINE static inline __attribute__((always_inline))
// A range of two dimensions only makes a driver generate code (device/backend.hpp).
#define KERNEL(items) __kernel __attribute__((reqd_work_group_size(items, 1, 1)))
// PoCL 3.1 tells LLVM that work-items touch no memory in common, which is not so for their private structs: in vectors of
// work-items these get mixed up. A volatile access between barriers keeps work-items one after another.
#if defined(__x86_64__) || defined(__aarch64__)
#define IN_TURN                  \
    {                            \
        volatile int in_turn = 0; \
        (void)in_turn;           \
    }
#else
#define IN_TURN
#endif
#define IS_LAUNCH (get_work_dim() == 1)
#define GROUP ((long)get_group_id(0))
#define ITEM ((int)get_local_id(0))
#define BARRIER()                     \
    {                                 \
        barrier(CLK_LOCAL_MEM_FENCE); \
        IN_TURN                       \
    }
#define LOCAL_FLOATS(name, count) __local float name[count] __attribute__((aligned(16)))
#define FLOAT2(a, b) ((float2)(a, b))
#define FLOAT4(a, b, c, d) ((float4)(a, b, c, d))
