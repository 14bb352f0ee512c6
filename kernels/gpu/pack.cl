// SPDX-License-Identifier: Apache-2.0
// WIDTH (1, 2 or 4) neighbouring elements that a work-item has at once; the texts of elementwise.cl are written in these.
#define PACK LOCAL(Pack)
typedef struct {
    float e[WIDTH];
} PACK;

ALWAYS_INLINE PACK LOCAL(load_pack)(const __global float* p) {
    PACK pack;
#if WIDTH == 4
    const float4 v = load4(p);
    pack.e[0] = v.x;
    pack.e[1] = v.y;
    pack.e[2] = v.z;
    pack.e[3] = v.w;
#elif WIDTH == 2
    const float2 v = load2(p);
    pack.e[0] = v.x;
    pack.e[1] = v.y;
#else
    pack.e[0] = *p;
#endif
    return pack;
}

ALWAYS_INLINE void LOCAL(store_pack)(__global float* p, const PACK pack) {
#if WIDTH == 4
    store4(p, FLOAT4(pack.e[0], pack.e[1], pack.e[2], pack.e[3]));
#elif WIDTH == 2
    store2(p, FLOAT2(pack.e[0], pack.e[1]));
#else
    *p = pack.e[0];
#endif
}

ALWAYS_INLINE PACK LOCAL(gather_pack)(const __global float* p, long stride) {
    PACK pack;
#pragma unroll
    for (int k = 0; k < WIDTH; ++k) pack.e[k] = p[k * stride];
    return pack;
}

ALWAYS_INLINE void LOCAL(scatter_pack)(__global float* p, long stride, const PACK pack) {
#pragma unroll
    for (int k = 0; k < WIDTH; ++k) p[k * stride] = pack.e[k];
}

#define LOAD_PACK(p) LOCAL(load_pack)(p)
#define GATHER_PACK(p, stride) LOCAL(gather_pack)(p, stride)
#define STORE_PACK(p, pack) LOCAL(store_pack)(p, pack)
#define SCATTER_PACK(p, stride, pack) LOCAL(scatter_pack)(p, stride, pack)
#define LANE_OF(pack) pack.e[k]
