// SPDX-License-Identifier: Apache-2.0
// One tile of a convolution-like reduction: pack the panel chunk by chunk, multiply, finish. A tile is PARTS register tiles side
// by side, so that weights are read from near for all but the first.
// Constants: CHUNK, MIDDLE_COUNT, RUN_COUNT (in terms of taps_w and count), MIDDLE_STEP, OUT_ROW_STEP, OUT_COLUMN_STEP, PANEL_ROOM,
// SUM_ROOM (vectors) and those of gemm.cl, panel.cl and finish.cl. Numbers (of the step: constants or arguments): DEPTH (channels
// that are reduced over), BLOCKS (of LANES output channels, a tile at most), PARTS, ALL_BLOCKS. Parameters: x,
// weights, y and those of AHEAD in gemm.cl.
#include "gemm.cl"
#include "panel.cl"
#include "finish.cl"

#define SUMS (PIXELS * VECTORS)
#define TILE_COLUMNS (TILE_WIDTH * PARTS)

/// Where a tile reads and writes.
typedef struct {
    long image, group, block;            ///< block: the first of its blocks of output channels
    long row, column;                    ///< input pixel of the first tap, may lie in the padding
    long taps_h, taps_w;                 ///< of the kernel
    long weights;                        ///< offset of the group's first block
    long out_row, out_column;            ///< output pixel of the tile's first
    long rows, columns;                  ///< of the tile that lie inside the output
    long tile;                           ///< its number
} LOCAL(Window);

ALWAYS_INLINE void LOCAL(finish)(const float16* sums, const LOCAL(Window) * at, const long blocks, PARAMETERS) {
#pragma nounroll
    for (long b = 0; b < blocks; ++b) {
#pragma nounroll
        for (long first = 0; first < at->columns; first += TILE_WIDTH) {
            const long columns = at->columns - first < TILE_WIDTH ? at->columns - first : TILE_WIDTH;
            const float16* part = sums + (b * PARTS) * SUMS + first * (TILE_HEIGHT * VECTORS);
#pragma nounroll
            for (long h = 0; h < at->rows; ++h) {
#pragma nounroll
                for (long w = 0; w < columns; ++w) {
#pragma unroll
                    for (int v = 0; v < VECTORS; ++v) {
                        const long channel = (at->block + b) * LANES + v * 16;
                        if (channel < OUT_CHANNELS) {
                            LOCAL(finish_vector)(part[(h * TILE_WIDTH + w) * VECTORS + v], at->image, at->group, channel,
                                                 at->out_row + h * OUT_ROW_STEP, at->out_column + (first + w) * OUT_COLUMN_STEP,
                                                 ARGUMENTS);
                        }
                    }
                }
            }
        }
    }
}

/// Where the results of one part and block will be stored.
ALWAYS_INLINE void LOCAL(prefetch_results)(const LOCAL(Window) * at, const long b, const long part, PARAMETERS) {
#pragma nounroll
    for (long h = 0; h < at->rows; ++h) {
#pragma unroll
        for (long w = 0; w < TILE_WIDTH; ++w) {
#pragma unroll
            for (int v = 0; v < VECTORS; ++v)
                LOCAL(prefetch_vector)(at->image, at->group, (at->block + b) * LANES + v * 16, at->out_row + h * OUT_ROW_STEP,
                                       at->out_column + (part * TILE_WIDTH + w) * OUT_COLUMN_STEP, ARGUMENTS);
        }
    }
}

ALWAYS_INLINE void LOCAL(window)(const LOCAL(Window) * at, PARAMETERS) {
    float16 panel[PANEL_ROOM];
    float16 sums[SUM_ROOM];
    const long blocks = ALL_BLOCKS - at->block < BLOCKS ? ALL_BLOCKS - at->block : BLOCKS;
    const long taps_h = at->taps_h, taps_w = at->taps_w;
    const ulong next_step = ahead_step * sizeof(float);
    ulong next = AHEAD(at->tile, BLOCKS * PARTS * DEPTH * taps_h * taps_w);
#pragma nounroll
    for (long i = 0; i < BLOCKS * PARTS * SUMS; ++i) sums[i] = 0.0f;
#pragma nounroll
    for (long c = 0; c < DEPTH; c += CHUNK) {
        const long count = DEPTH - c < CHUNK ? DEPTH - c : CHUNK;
        LOCAL(pack)((float*)panel, at->image, at->group * DEPTH + c, count, at->row, at->column, ARGUMENTS);
        const __global float* chunk = weights + weights_offset + at->weights + (at->block * DEPTH + c) * taps_h * taps_w * LANES;
#pragma nounroll
        for (long b = 0; b < blocks; ++b) {
#pragma nounroll
            for (long part = 0; part * TILE_WIDTH < at->columns; ++part) {
                if (c + CHUNK >= DEPTH) LOCAL(prefetch_results)(at, b, part, ARGUMENTS);
                LOCAL(multiply)((const float*)panel + part * (TILE_WIDTH * PIXEL_STEP), chunk + b * DEPTH * taps_h * taps_w * LANES,
                                taps_h, MIDDLE_COUNT, RUN_COUNT, sums + (b * PARTS + part) * SUMS, next, next_step, PANEL_ROW_PITCH,
                                MIDDLE_STEP);
                next += taps_h * taps_w * count * next_step;
            }
        }
    }
    LOCAL(finish)(sums, at, blocks, ARGUMENTS);
}
