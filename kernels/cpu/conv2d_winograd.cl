// SPDX-License-Identifier: Apache-2.0
// Convolution by a 3x3 kernel with steps of one, by Winograd's minimal filtering: OUTPUTS x OUTPUTS results come from POINTS x POINTS
// products of transformed pixels and weights (A. Lavin, S. Gray, Fast Algorithms for Convolutional Neural Networks, 2015,
// sections 4.1 and 4.3). A work-item has SQUARES such squares side by side: their pixels pass the prologue once, are transformed
// channel by channel, and each point is a product of a matrix [square][channel] with [channel][output channel].
// Constants: OUTPUTS (2 or 4), PARTS (of TILE_WIDTH squares), PIXEL_STEP (floats between the channels of neighbouring squares),
// OUT_HEIGHT, OUT_WIDTH, PAD_TOP, PAD_LEFT, IMAGES, GROUPS, DEPTH, CHUNK, BLOCKS, ALL_BLOCKS, PANEL_VECTORS and those of gemm.cl, panel.cl
// and finish.cl. Parameters: x, weights ([group][chunk][point][block][channel][lane], transformed), y.
#include "gemm.cl"
#include "panel.cl"
#include "finish.cl"

#define POINTS (OUTPUTS + 2)
#define ALL_POINTS (POINTS * POINTS)
#define SQUARES (PARTS * TILE_WIDTH)
#define SUMS (PIXELS * VECTORS)
#define GRID_ROWS ((OUT_HEIGHT + OUTPUTS - 1) / OUTPUTS)
#define GRID_COLUMNS ((OUT_WIDTH + OUTPUTS * SQUARES - 1) / (OUTPUTS * SQUARES))

/// One dimension of a square of pixels: the transposed B of the paper.
ALWAYS_INLINE void LOCAL(transform_pixels)(const float16* d, float16* v) {
#if OUTPUTS == 4
    const float16 even = fma((float16)(-4.0f), d[2], d[4]), odd = fma((float16)(-4.0f), d[1], d[3]);
    const float16 even_2 = d[4] - d[2], odd_2 = 2.0f * (d[3] - d[1]);
    v[0] = fma((float16)(4.0f), d[0], fma((float16)(-5.0f), d[2], d[4]));
    v[1] = even + odd;
    v[2] = even - odd;
    v[3] = even_2 + odd_2;
    v[4] = even_2 - odd_2;
    v[5] = fma((float16)(4.0f), d[1], fma((float16)(-5.0f), d[3], d[5]));
#else
    v[0] = d[0] - d[2];
    v[1] = d[1] + d[2];
    v[2] = d[2] - d[1];
    v[3] = d[1] - d[3];
#endif
}

/// One dimension of a square of sums: the transposed A.
ALWAYS_INLINE void LOCAL(transform_sums)(const float16* m, float16* o) {
#if OUTPUTS == 4
    const float16 sum = m[1] + m[2], difference = m[1] - m[2], sum_2 = m[3] + m[4], difference_2 = m[3] - m[4];
    o[0] = m[0] + sum + sum_2;
    o[1] = fma((float16)(2.0f), difference_2, difference);
    o[2] = fma((float16)(4.0f), sum_2, sum);
    o[3] = fma((float16)(8.0f), difference_2, difference) + m[5];
#else
    o[0] = m[0] + m[1] + m[2];
    o[1] = m[1] - m[2] - m[3];
#endif
}

/// 16 channels of one square: from the panel at `from` to the points at `to`, which lie SQUARES * PIXEL_STEP apart.
NEVER_INLINE void LOCAL(transform_square)(const float* from, float* to) {
    float16 half_done[ALL_POINTS];
#pragma unroll
    for (int column = 0; column < POINTS; ++column) {
        float16 d[POINTS], v[POINTS];
#pragma unroll
        for (int row = 0; row < POINTS; ++row)
            d[row] = *(const float16_any*)(from + row * PANEL_ROW_PITCH + column * PANEL_COLUMN_PITCH);
        LOCAL(transform_pixels)(d, v);
#pragma unroll
        for (int row = 0; row < POINTS; ++row) half_done[row * POINTS + column] = v[row];
    }
#pragma unroll
    for (int row = 0; row < POINTS; ++row) {
        float16 v[POINTS];
        LOCAL(transform_pixels)(half_done + row * POINTS, v);
#pragma unroll
        for (int column = 0; column < POINTS; ++column)
            store16_private(to + (row * POINTS + column) * (SQUARES * PIXEL_STEP), v[column]);
    }
}

/// The results of one square and 16 output channels, from sums that lie BLOCKS * PARTS * SUMS vectors apart.
ALWAYS_INLINE void LOCAL(inverse_square)(const float16* sums, float16* results) {
    float16 half_done[OUTPUTS * POINTS];
#pragma unroll
    for (int column = 0; column < POINTS; ++column) {
        float16 m[POINTS], o[OUTPUTS];
#pragma unroll
        for (int row = 0; row < POINTS; ++row) m[row] = sums[(row * POINTS + column) * (BLOCKS * PARTS * SUMS)];
        LOCAL(transform_sums)(m, o);
#pragma unroll
        for (int row = 0; row < OUTPUTS; ++row) half_done[row * POINTS + column] = o[row];
    }
#pragma unroll
    for (int row = 0; row < OUTPUTS; ++row) LOCAL(transform_sums)(half_done + row * POINTS, results + row * OUTPUTS);
}

/// Where a tile reads and writes.
typedef struct {
    long image, group, block, row, column;  ///< the first result's row and column
    long squares;                           ///< that have a result inside the output
    long blocks;
} LOCAL(Place);

ALWAYS_INLINE void LOCAL(finish_squares)(const float16* sums, const LOCAL(Place) * at, PARAMETERS) {
    const long rows = OUT_HEIGHT - at->row < OUTPUTS ? OUT_HEIGHT - at->row : OUTPUTS;
#pragma nounroll
    for (long b = 0; b < at->blocks; ++b) {
#pragma nounroll
        for (long square = 0; square < at->squares; ++square) {
            const long first = at->column + square * OUTPUTS;
            const long columns = OUT_WIDTH - first < OUTPUTS ? OUT_WIDTH - first : OUTPUTS;
            const float16* of_square = sums + (b * PARTS + square / TILE_WIDTH) * SUMS + square % TILE_WIDTH * VECTORS;
#pragma nounroll
            for (int v = 0; v < VECTORS; ++v) {
                const long channel = (at->block + b) * LANES + v * 16;
                if (OUT_CHANNELS % LANES && channel >= OUT_CHANNELS) continue;
                float16 results[OUTPUTS * OUTPUTS];
                LOCAL(inverse_square)(of_square + v, results);
#pragma nounroll
                for (long h = 0; h < rows; ++h) {
#pragma nounroll
                    for (long w = 0; w < columns; ++w)
                        LOCAL(finish_vector)(results[h * OUTPUTS + w], at->image, at->group, channel, at->row + h, first + w, ARGUMENTS);
                }
            }
        }
    }
}

static void TILE(PARAMETERS, const long tile) {
    const long column = tile % GRID_COLUMNS * (OUTPUTS * SQUARES);
    const long row = tile / GRID_COLUMNS % GRID_ROWS * OUTPUTS;
    const long image = tile / (GRID_COLUMNS * GRID_ROWS) % IMAGES;
    const long group = tile / (GRID_COLUMNS * GRID_ROWS * IMAGES) % GROUPS;
    const long block = tile / (GRID_COLUMNS * GRID_ROWS * IMAGES * GROUPS) * BLOCKS;
    const long left = (OUT_WIDTH - column + OUTPUTS - 1) / OUTPUTS;
    const LOCAL(Place) at = {.image = image,
                             .group = group,
                             .block = block,
                             .row = row,
                             .column = column,
                             .squares = left < SQUARES ? left : SQUARES,
                             .blocks = ALL_BLOCKS - block < BLOCKS ? ALL_BLOCKS - block : BLOCKS};
    float16 panel[PANEL_VECTORS];
    float16 points[ALL_POINTS * SQUARES * PIXEL_STEP / 16];
    float16 sums[ALL_POINTS * BLOCKS * PARTS * SUMS];
#pragma nounroll
    for (long i = 0; i < ALL_POINTS * BLOCKS * PARTS * SUMS; ++i) sums[i] = 0.0f;
    // Squares past the last one are multiplied with the others of their part.
    if (at.squares % TILE_WIDTH) {
#pragma nounroll
        for (long i = 0; i < ALL_POINTS * SQUARES * PIXEL_STEP / 16; ++i) points[i] = 0.0f;
    }
#pragma nounroll
    for (long c = 0; c < DEPTH; c += CHUNK) {
        const long count = DEPTH - c < CHUNK ? DEPTH - c : CHUNK;
        LOCAL(pack)((float*)panel, image, group * DEPTH + c, count, row - PAD_TOP, column - PAD_LEFT, ARGUMENTS);
#pragma nounroll
        for (long square = 0; square < at.squares; ++square) {
#pragma nounroll
            for (long k = 0; k < count; k += 16) {
                LOCAL(transform_square)((const float*)panel + square * (OUTPUTS * PANEL_COLUMN_PITCH) + k,
                                        (float*)points + square * PIXEL_STEP + k);
            }
        }
        const __global float* chunk = weights + weights_offset + (group * DEPTH + c) * (ALL_POINTS * ALL_BLOCKS * LANES);
#pragma nounroll
        for (long point = 0; point < ALL_POINTS; ++point) {
#pragma nounroll
            for (long b = 0; b < at.blocks; ++b) {
#pragma nounroll
                for (long part = 0; part * TILE_WIDTH < at.squares; ++part) {
                    LOCAL(multiply)((const float*)points + (point * SQUARES + part * TILE_WIDTH) * PIXEL_STEP,
                                    chunk + (point * ALL_BLOCKS + block + b) * count * LANES, 1, 1, count,
                                    sums + ((point * BLOCKS + b) * PARTS + part) * SUMS);
                }
            }
        }
    }
    LOCAL(finish_squares)(sums, &at, ARGUMENTS);
}
