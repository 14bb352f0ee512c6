// SPDX-License-Identifier: Apache-2.0
// What gpu/ needs of a language, in CUDA C++; opencl.cl says the same in OpenCL C. Contraction is off by the compiler's option.

#define __kernel
#define __global
#define __local
#define __private
#define __constant static __constant__

#define ALWAYS_INLINE static __device__ __forceinline__
#define STORE_FUNCTION ALWAYS_INLINE
#define KERNEL(items) extern "C" __global__ __launch_bounds__(items)
#define IS_LAUNCH true
#define GROUP ((long)blockIdx.x)
#define ITEM ((int)threadIdx.x)
#define BARRIER() __syncthreads()
#define LOCAL_FLOATS(name, count) __shared__ __align__(16) float name[count]
#define FLOAT2(a, b) make_float2(a, b)
#define FLOAT4(a, b, c, d) make_float4(a, b, c, d)

#ifndef INFINITY
#define INFINITY __int_as_float(0x7f800000)
#endif
#ifndef NAN
#define NAN __int_as_float(0x7fffffff)
#endif

ALWAYS_INLINE int as_int(float x) { return __float_as_int(x); }
