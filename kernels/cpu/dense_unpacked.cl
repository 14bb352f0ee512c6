// SPDX-License-Identifier: Apache-2.0
// A product whose second factor b[image, row][depth][lane] is no constant: a tile packs its columns of b chunk by chunk and
// multiplies them with ROW_TILES tiles of rows of x. Columns of the image are rows of the matrix x, images and rows its batch.
// Constants: B_STRIDE_{IMAGE,ROW,DEPTH,LANE}, ROW_TILES, CHUNK, PANEL_ROOM and those of gemm.cl, panel.cl and finish.cl.
// Numbers: IMAGES, OUT_HEIGHT, OUT_WIDTH, ALL_BLOCKS, DEPTH and theirs. Parameters: x, b, y.
#define WEIGHTS_SPACE __private
#include "gemm.cl"
#include "panel.cl"
#include "finish.cl"

#define SUMS (PIXELS * VECTORS)
#define GRID_COLUMNS ((OUT_WIDTH + TILE_WIDTH * ROW_TILES - 1) / (TILE_WIDTH * ROW_TILES))

/// weights[k][lane] = b[image, row][first + k][channel + lane], zero for lanes past the output's channels.
ALWAYS_INLINE void LOCAL(pack_weights)(float* to, const long image, const long row, const long first, const long count,
                                       const long channel, PARAMETERS) {
    const __global float* from = b + b_offset + image * B_STRIDE_IMAGE + row * B_STRIDE_ROW + first * B_STRIDE_DEPTH +
                                 channel * B_STRIDE_LANE;
#pragma nounroll
    for (long k = 0; k < count; ++k) {
#pragma unroll
        for (int v = 0; v < VECTORS; ++v) {
            const long left = OUT_CHANNELS - channel - v * 16;
            float16 lanes = 0.0f;
            if (left >= 16) {
                lanes = load16_strided(from + k * B_STRIDE_DEPTH + v * 16 * B_STRIDE_LANE, B_STRIDE_LANE, 16);
            } else if (left > 0) {
                lanes = load16_strided(from + k * B_STRIDE_DEPTH + v * 16 * B_STRIDE_LANE, B_STRIDE_LANE, OUT_REST);
            }
            store16_private(to + k * LANES + v * 16, lanes);
        }
    }
}

static void TILE(PARAMETERS, const long tile) {
    const long block = tile % ALL_BLOCKS;
    const long first = tile / ALL_BLOCKS % GRID_COLUMNS * (TILE_WIDTH * ROW_TILES);
    const long row = tile / (ALL_BLOCKS * GRID_COLUMNS) % OUT_HEIGHT;
    const long image = tile / (ALL_BLOCKS * GRID_COLUMNS * OUT_HEIGHT);
    const long columns = OUT_WIDTH - first < TILE_WIDTH * ROW_TILES ? OUT_WIDTH - first : TILE_WIDTH * ROW_TILES;
    float16 panel[PANEL_ROOM];
    float16 weights[CHUNK * VECTORS];
    float16 sums[ROW_TILES * SUMS];
#pragma nounroll
    for (long i = 0; i < ROW_TILES * SUMS; ++i) sums[i] = 0.0f;
#pragma nounroll
    for (long k = 0; k < DEPTH; k += CHUNK) {
        const long count = DEPTH - k < CHUNK ? DEPTH - k : CHUNK;
        LOCAL(pack_weights)((float*)weights, image, row, k, count, block * LANES, ARGUMENTS);
#pragma nounroll
        for (long w = 0; w < columns; w += TILE_WIDTH) {
            LOCAL(pack)((float*)panel, image, k, count, row, first + w, ARGUMENTS);
            // Nothing lies ahead: the weights are a tile's own.
            LOCAL(multiply)((const float*)panel, (const float*)weights, 1, 1, count, sums + w / TILE_WIDTH * SUMS,
                            (ulong)weights, 0, 0, 0);
        }
    }
#pragma nounroll
    for (long w = 0; w < columns; ++w) {
#pragma unroll
        for (int v = 0; v < VECTORS; ++v) {
            const long channel = block * LANES + v * 16;
            if (channel < OUT_CHANNELS) {
                LOCAL(finish_vector)(sums[w * VECTORS + v], image, 0, channel, row, first + w, ARGUMENTS);
            }
        }
    }
}
