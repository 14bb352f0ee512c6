// SPDX-License-Identifier: Apache-2.0
// Brings the second factor of window.cl's product to local memory: packed weights, [block][k][lane] with TILE_CHANNELS lanes; or,
// where UNPACKED is 1, a value b with strides B_STRIDE_{IMAGE,ROW,DEPTH,LANE} (B_DEPTH_ADJACENT: neighbours are along the depth).
#define FACTOR_WIDTH (UNPACKED ? 1 : 4)
#define FACTOR_PACKS (CHUNK * TILE_CHANNELS / FACTOR_WIDTH)
#define FACTOR_LOADS ((FACTOR_PACKS + ITEMS - 1) / ITEMS)
#define HAS_FACTOR(j) (FACTOR_PACKS % ITEMS == 0 || ITEM + (j) * ITEMS < FACTOR_PACKS)

#if UNPACKED
typedef struct {
    float e[FACTOR_LOADS];
} LOCAL(Factors);

#if B_DEPTH_ADJACENT
#define FACTOR_DEPTH(j) ((ITEM + (j) * ITEMS) % CHUNK)
#define FACTOR_LANE(j) ((ITEM + (j) * ITEMS) / CHUNK)
#else
#define FACTOR_DEPTH(j) ((ITEM + (j) * ITEMS) / TILE_CHANNELS)
#define FACTOR_LANE(j) ((ITEM + (j) * ITEMS) % TILE_CHANNELS)
#endif

ALWAYS_INLINE void LOCAL(load_factors)(LOCAL(Factors) * factors, const LOCAL(Window) * at, const INDEX chunk, PARAMETERS) {
    const __global float* from = b + b_offset + (at->image * B_STRIDE_IMAGE + at->row * B_STRIDE_ROW);
#pragma unroll
    for (int j = 0; j < FACTOR_LOADS; ++j) {
        const INDEX k = chunk + FACTOR_DEPTH(j), lane = at->block * TILE_CHANNELS + FACTOR_LANE(j);
        const bool is_there = HAS_FACTOR(j) && k < at->depth && lane < OUT_CHANNELS;
        factors->e[j] = is_there ? from[k * B_STRIDE_DEPTH + lane * B_STRIDE_LANE] : 0.0f;
    }
}

ALWAYS_INLINE void LOCAL(store_factors)(__local float* factor, const LOCAL(Factors) * factors) {
#pragma unroll
    for (int j = 0; j < FACTOR_LOADS; ++j) {
        if (HAS_FACTOR(j)) factor[FACTOR_DEPTH(j) * TILE_CHANNELS + FACTOR_LANE(j)] = factors->e[j];
    }
}
#else
typedef struct {
    float4 e[FACTOR_LOADS];
} LOCAL(Factors);

ALWAYS_INLINE void LOCAL(load_factors)(LOCAL(Factors) * factors, const LOCAL(Window) * at, const INDEX chunk, PARAMETERS) {
    const __global float* from =
        weights + weights_offset + at->weights + (at->block * at->depth + chunk) * TILE_CHANNELS;
#pragma unroll
    for (int j = 0; j < FACTOR_LOADS; ++j) {
        const int quad = ITEM + j * ITEMS;
        const bool is_there = HAS_FACTOR(j) && chunk + quad * 4 / TILE_CHANNELS < at->depth;
        factors->e[j] = is_there ? load4(from + quad * 4) : FLOAT4(0.0f, 0.0f, 0.0f, 0.0f);
    }
}

ALWAYS_INLINE void LOCAL(store_factors)(__local float* factor, const LOCAL(Factors) * factors) {
#pragma unroll
    for (int j = 0; j < FACTOR_LOADS; ++j) {
        if (HAS_FACTOR(j)) *(__local float4*)(factor + (ITEM + j * ITEMS) * 4) = factors->e[j];
    }
}
#endif
