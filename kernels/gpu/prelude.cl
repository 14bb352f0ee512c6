// SPDX-License-Identifier: Apache-2.0
// What every kernel of gpu/ stands on, in either language. The generator puts it before the first variant of a program.

// VARIANT is the key of the variant that follows: names at file scope carry it, so that variants share one program.
#define CONCATENATED_WITH(name, variant) name##_##variant
#define CONCATENATED(name, variant) CONCATENATED_WITH(name, variant)
#define LOCAL(name) CONCATENATED(name, VARIANT)
#define TILE LOCAL(tile)

// What functions.cl and the texts of expressions are written in: the one element that a work-item has in hand.
#define VALUE float
#define LOAD_ALL(p, lanes) (*(p))
#define LOAD_LANES(p, stride, lanes) (*(p))

#define UNROLL_LOOP _Pragma("unroll")
#define LEAST(a, b) ((a) < (b) ? (a) : (b))

// Wide accesses stand only where the guards of a variant prove that the address is a multiple of their size.
ALWAYS_INLINE float4 load4(const __global float* p) { return *(const __global float4*)p; }
ALWAYS_INLINE float2 load2(const __global float* p) { return *(const __global float2*)p; }
ALWAYS_INLINE void store4(__global float* p, float4 v) { *(__global float4*)p = v; }
ALWAYS_INLINE void store2(__global float* p, float2 v) { *(__global float2*)p = v; }
