// SPDX-License-Identifier: Apache-2.0
// The core of all reductions over channels: sums[pixel][lane] += panel[pixel][k] * weights[k][lane], for TILE_HEIGHT x
// TILE_WIDTH pixels and VECTORS * 16 output channels in registers.
// Constants: TILE_HEIGHT, TILE_WIDTH, VECTORS, UNROLL, PIXEL_ROW_STEP, PIXEL_STEP (floats of the panel between
// neighbouring pixels), RUN_STEP (floats between neighbours of the innermost reduction loop), RUN_HAS_REST
// (a run may be no multiple of UNROLL). WEIGHTS_SPACE is where the weights lie, __global where it is not defined.
#ifndef WEIGHTS_SPACE
#define WEIGHTS_SPACE __global
#endif

#define PIXELS (TILE_HEIGHT * TILE_WIDTH)
#define LANES (VECTORS * 16)

/// One k: every pixel's element at `a` times one row of weights.
ALWAYS_INLINE void LOCAL(multiply_row)(const float* a, const WEIGHTS_SPACE float* weights, float16* sums) {
    float16 row[VECTORS];
#pragma unroll
    for (int v = 0; v < VECTORS; ++v) row[v] = *(const WEIGHTS_SPACE float16_any*)(weights + v * 16);
#pragma unroll
    for (int h = 0; h < TILE_HEIGHT; ++h) {
#pragma unroll
        for (int w = 0; w < TILE_WIDTH; ++w) {
            const float16 x = (float16)(a[h * PIXEL_ROW_STEP + w * PIXEL_STEP]);
#pragma unroll
            for (int v = 0; v < VECTORS; ++v) {
                const int i = (h * TILE_WIDTH + w) * VECTORS + v;
                sums[i] = fma(x, row[v], sums[i]);
            }
        }
    }
}

/// Where a tile begins to bring near what its worker reads after these weights, a place further with each of its `rows` of
/// weights. Nothing is read there, so it may lie outside of any buffer.
#define AHEAD(tile, rows)                                                                                                    \
    ((ulong)(weights + weights_offset) +                                                                                     \
     (ulong)(ahead + (tile) / ahead_tiles * ahead_share + (tile) % ahead_tiles * (rows) * ahead_step) * sizeof(float))

/// Adds outer * middle * run products to each of the PIXELS * VECTORS sums in memory: first to one another in the order of k, since
/// short sums lose less to rounding. Steps are floats of the panel between neighbours of the two outer loops. With each row of
/// weights it brings near what lies at `next`, and goes on by `next_step` bytes.
NEVER_INLINE void LOCAL(multiply)(const float* panel, const WEIGHTS_SPACE float* weights, const long outer, const long middle,
                                  const long run, float16* total, ulong next, const ulong next_step, const long outer_step,
                                  const long middle_step) {
    // Registers: a local array that is only indexed by constants once the loops are unrolled.
    float16 sums[PIXELS * VECTORS];
#pragma unroll
    for (int i = 0; i < PIXELS * VECTORS; ++i) sums[i] = 0.0f;
#pragma nounroll
    for (long i = 0; i < outer; ++i) {
#pragma nounroll
        for (long j = 0; j < middle; ++j) {
            const float* a = panel + i * outer_step + j * middle_step;
            long k = 0;
#pragma nounroll
            for (; k + UNROLL <= run; k += UNROLL) {
#pragma unroll
                for (int u = 0; u < UNROLL; ++u) {
                    LOCAL(multiply_row)(a + u * RUN_STEP, weights + u * LANES, sums);
                    PREFETCH_READ(next);
                    next += next_step;
                }
                a += UNROLL * RUN_STEP;
                weights += UNROLL * LANES;
            }
#if RUN_HAS_REST
#pragma nounroll
            for (; k < run; ++k) {
                LOCAL(multiply_row)(a, weights, sums);
                a += RUN_STEP;
                weights += LANES;
            }
#endif
        }
    }
#pragma unroll
    for (int i = 0; i < PIXELS * VECTORS; ++i) total[i] += sums[i];
}
