// SPDX-License-Identifier: Apache-2.0
// What every kernel of cpu/ stands on. The generator puts it before the first variant of a program.

// A change of variant must change no bit: a * b + c stays two roundings, fma() is one.
#pragma OPENCL FP_CONTRACT OFF

// VARIANT is the key of the variant that follows: names at file scope carry it, so that variants share one program.
#define CONCATENATED_WITH(name, variant) name##_##variant
#define CONCATENATED(name, variant) CONCATENATED_WITH(name, variant)
#define LOCAL(name) CONCATENATED(name, VARIANT)
#define TILE LOCAL(tile)

// Without it LLVM splits float16 arithmetic into halves of 256 bits.
#if defined(__clang__)
#define WIDE_VECTORS __attribute__((__min_vector_width__(512)))
#else
#define WIDE_VECTORS
#endif
// A range of two dimensions only makes a driver generate code (device/backend.hpp).
#define KERNEL(items) __kernel __attribute__((reqd_work_group_size(items, 1, 1))) WIDE_VECTORS
#define IS_LAUNCH (get_work_dim() == 1)
#define GROUP ((long)get_group_id(0))
#define ALWAYS_INLINE static inline __attribute__((always_inline)) WIDE_VECTORS
#define NEVER_INLINE static __attribute__((noinline)) WIDE_VECTORS
// A variant that another kernel calls by number, with its arguments as a list: scalars, and for pointers a base and an offset.
#define CALLEE NEVER_INLINE
#define CALLEE_PARAMETERS __global unsigned char* const *bases, const __global long *arguments, const long tile

// Brings the line at `p`, which need not be in any buffer, near before it is needed. (OpenCL's prefetch() does nothing in PoCL.)
#if defined(__clang__) && defined(__x86_64__)
#define PREFETCH_READ(p) __builtin_prefetch((const void*)(ulong)(p), 0, 2)
#define PREFETCH_WRITE(p) __builtin_prefetch((const void*)(ulong)(p), 1, 2)
#else
#define PREFETCH_READ(p)
#define PREFETCH_WRITE(p)
#endif

// Vectors at any address of an element. (vstore16 becomes three stores; this type one.)
typedef float2 __attribute__((aligned(4))) float2_any;
typedef float4 __attribute__((aligned(4))) float4_any;
typedef float8 __attribute__((aligned(4))) float8_any;
typedef float16 __attribute__((aligned(4))) float16_any;

ALWAYS_INLINE float16 load16(const __global float* p) { return *(const __global float16_any*)p; }
ALWAYS_INLINE void store16(__global float* p, float16 v) { *(__global float16_any*)p = v; }

ALWAYS_INLINE void store16_private(float* p, float16 v) { *(float16_any*)p = v; }
/// Stores the first `count` lanes; no byte after them is touched.
ALWAYS_INLINE void store16_private_partial(float* p, float16 v, int count) {
    if (count == 16) {
        store16_private(p, v);
        return;
    }
    const float lanes[16] = {v.s0, v.s1, v.s2, v.s3, v.s4, v.s5, v.s6, v.s7, v.s8, v.s9, v.sa, v.sb, v.sc, v.sd, v.se, v.sf};
    for (int i = 0; i < count; ++i) p[i] = lanes[i];
}

/// The first `count` lanes from memory, zero in the others; no element after them is touched.
ALWAYS_INLINE float16 load16_partial(const __global float* p, int count) {
    if (count >= 16) return load16(p);
    float8 low = 0.0f, high = 0.0f;
    if (count & 8) low = *(const __global float8_any*)p;
    float8 rest = 0.0f;
    const __global float* q = p + (count & 8);
    if (count & 4) rest.lo = *(const __global float4_any*)q;
    float4 few = 0.0f;
    q += count & 4;
    if (count & 2) few.lo = *(const __global float2_any*)q;
    if (count & 2) {
        if (count & 1) few.z = q[2];
    } else {
        if (count & 1) few.x = q[0];
    }
    if (count & 4) rest.hi = few; else rest.lo = few;
    if (count & 8) high = rest; else low = rest;
    return (float16)(low, high);
}

/// Stores the first `count` lanes; no byte after them is touched.
ALWAYS_INLINE void store16_partial(__global float* p, float16 v, int count) {
    if (count >= 16) {
        store16(p, v);
        return;
    }
    float8 rest = v.lo;
    if (count & 8) {
        *(__global float8_any*)p = v.lo;
        p += 8;
        rest = v.hi;
    }
    float4 few = rest.lo;
    if (count & 4) {
        *(__global float4_any*)p = rest.lo;
        p += 4;
        few = rest.hi;
    }
    float one = few.x;
    if (count & 2) {
        *(__global float2_any*)p = few.lo;
        p += 2;
        one = few.z;
    }
    if (count & 1) *p = one;
}

/// Lane i from p[i * stride], the first `count` lanes; zero in the others.
ALWAYS_INLINE float16 gather16(const __global float* p, long stride, int count) {
    float lanes[16];
    for (int i = 0; i < 16; ++i) lanes[i] = i < count ? p[i * stride] : 0.0f;
    return (float16)(lanes[0], lanes[1], lanes[2], lanes[3], lanes[4], lanes[5], lanes[6], lanes[7], lanes[8], lanes[9],
                     lanes[10], lanes[11], lanes[12], lanes[13], lanes[14], lanes[15]);
}

/// Lane i to p[i * stride], the first `count` lanes.
ALWAYS_INLINE void scatter16(__global float* p, long stride, float16 v, int count) {
    const float lanes[16] = {v.s0, v.s1, v.s2, v.s3, v.s4, v.s5, v.s6, v.s7, v.s8, v.s9, v.sa, v.sb, v.sc, v.sd, v.se, v.sf};
    for (int i = 0; i < 16; ++i) {
        if (i < count) p[i * stride] = lanes[i];
    }
}

/// Gather that knows the two strides that one access serves: repeated elements and neighbours.
ALWAYS_INLINE float16 load16_strided(const __global float* p, long stride, int count) {
    if (stride == 0) return (float16)(*p);
    return stride == 1 ? load16_partial(p, count) : gather16(p, stride, count);
}

ALWAYS_INLINE void store16_strided(__global float* p, long stride, float16 v, int count) {
    if (stride == 1) store16_partial(p, v, count); else scatter16(p, stride, v, count);
}

// What functions.cl and the texts of expressions are written in: 16 lanes at once.
#define VALUE float16
#define INDEX long
// Unrolled loops of walk.cl take PoCL a quarter longer to compile.
#define UNROLL_LOOP
#define LOAD_ALL(p, lanes) load16(p)
#define LOAD_LANES(p, stride, lanes) load16_strided(p, stride, lanes)

// What the texts of elementwise.cl are written in: lanes i to i + count of a row.
#define PACK float16
#define LOAD_PACK(p) load16_partial(p, count)
#define GATHER_PACK(p, stride) gather16(p, stride, count)
#define LANE_OF(pack) pack
#define STORE_PACK(p, pack) store16_partial(p, pack, count)
#define SCATTER_PACK(p, stride, pack) scatter16(p, stride, pack, count)
