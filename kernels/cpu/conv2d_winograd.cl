// SPDX-License-Identifier: Apache-2.0
// Convolution by a 3x3 kernel with steps of one, by Winograd's minimal filtering: OUTPUTS x OUTPUTS results come from POINTS x POINTS
// products of transformed pixels and weights (A. Lavin, S. Gray, Fast Algorithms for Convolutional Neural Networks, 2015,
// sections 4.1 and 4.3). A work-item has SQUARE_ROWS x SQUARE_COLUMNS such squares: their pixels pass the prologue once, are
// transformed channel by channel, and each point is a product of a matrix [square][channel] with [channel][output channel].
// Constants: OUTPUTS (2 or 4), SQUARE_ROWS, SQUARE_COLUMNS, PARTS (of TILE_WIDTH squares, enough for all of them), PIXEL_STEP
// (floats between the channels of neighbouring squares), OUT_HEIGHT, OUT_WIDTH, PAD_TOP, PAD_LEFT, IMAGES, GROUPS, DEPTH, CHUNK,
// BLOCKS, ALL_BLOCKS, PANEL_VECTORS and those of gemm.cl, panel.cl and finish.cl. Parameters: x, weights ([group][chunk][point][block][channel][lane], transformed), y and those of AHEAD in gemm.cl.
#include "gemm.cl"
#include "panel.cl"
#include "finish.cl"

#define POINTS (OUTPUTS + 2)
#define ALL_POINTS (POINTS * POINTS)
#define SQUARES (PARTS * TILE_WIDTH)
#define SUMS (PIXELS * VECTORS)
#define ALL_ROWS ((OUT_HEIGHT + OUTPUTS - 1) / OUTPUTS)  // of squares
#define ALL_COLUMNS ((OUT_WIDTH + OUTPUTS - 1) / OUTPUTS)
#define GRID_ROWS ((ALL_ROWS + SQUARE_ROWS - 1) / SQUARE_ROWS)
#define GRID_COLUMNS ((ALL_COLUMNS + SQUARE_COLUMNS - 1) / SQUARE_COLUMNS)

// Where OUTPUTS is 4 the points are 0, +-NEAR, +-FAR and infinity. NEAR * FAR = 1 keeps powers of them near 1: for 128 channels the
// error has half the root mean square, and a quarter of the maximum, that the paper's 0, +-1, +-2 give.
#define NEAR (2.0f / 3.0f)
#define FAR (3.0f / 2.0f)
#define SQUARED(x) ((x) * (x))
#define CUBED(x) ((x) * (x) * (x))
#define SCALED(factor, x, y) fma((float16)(factor), x, y)

/// One dimension of a square of pixels: the transposed B of the paper.
ALWAYS_INLINE void LOCAL(transform_pixels)(const float16* d, float16* v) {
#if OUTPUTS == 4
    const float16 even_near = SCALED(-SQUARED(FAR), d[2], d[4]), odd_near = SCALED(-SQUARED(FAR), d[1], d[3]);
    const float16 even_far = SCALED(-SQUARED(NEAR), d[2], d[4]), odd_far = SCALED(-SQUARED(NEAR), d[1], d[3]);
    v[0] = SCALED(-(SQUARED(NEAR) + SQUARED(FAR)), d[2], d[0] + d[4]);
    v[1] = SCALED(NEAR, odd_near, even_near);
    v[2] = SCALED(-NEAR, odd_near, even_near);
    v[3] = SCALED(FAR, odd_far, even_far);
    v[4] = SCALED(-FAR, odd_far, even_far);
    v[5] = SCALED(-(SQUARED(NEAR) + SQUARED(FAR)), d[3], d[1] + d[5]);
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
    const float16 even_near = m[1] + m[2], odd_near = m[1] - m[2], even_far = m[3] + m[4], odd_far = m[3] - m[4];
    o[0] = m[0] + even_near + even_far;
    o[1] = SCALED(FAR, odd_far, NEAR * odd_near);
    o[2] = SCALED(SQUARED(FAR), even_far, SQUARED(NEAR) * even_near);
    o[3] = SCALED(CUBED(FAR), odd_far, SCALED(CUBED(NEAR), odd_near, m[5]));
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
    long image, group, block, blocks;
    long row, column;    ///< the first square's, in squares
    long rows, columns;  ///< of squares that have a result inside the output
} LOCAL(Place);

/// The results of the square whose sums begin at `sums` and whose first result is (row, column).
ALWAYS_INLINE void LOCAL(finish_square)(const float16* sums, const LOCAL(Place) * at, const long channel, const long row,
                                        const long column, PARAMETERS) {
    const long rows = OUT_HEIGHT - row < OUTPUTS ? OUT_HEIGHT - row : OUTPUTS;
    const long columns = OUT_WIDTH - column < OUTPUTS ? OUT_WIDTH - column : OUTPUTS;
    float16 results[OUTPUTS * OUTPUTS];
    LOCAL(inverse_square)(sums, results);
#pragma nounroll
    for (long h = 0; h < rows; ++h) {
#pragma nounroll
        for (long w = 0; w < columns; ++w)
            LOCAL(finish_vector)(results[h * OUTPUTS + w], at->image, at->group, channel, row + h, column + w, ARGUMENTS);
    }
}

ALWAYS_INLINE void LOCAL(finish_squares)(const float16* sums, const LOCAL(Place) * at, PARAMETERS) {
#pragma nounroll
    for (long b = 0; b < at->blocks; ++b) {
#pragma nounroll
        for (long square = 0; square < at->rows * at->columns; ++square) {
            const float16* of_square = sums + (b * PARTS + square / TILE_WIDTH) * SUMS + square % TILE_WIDTH * VECTORS;
            const long row = (at->row + square / at->columns) * OUTPUTS, column = (at->column + square % at->columns) * OUTPUTS;
#pragma nounroll
            for (int v = 0; v < VECTORS; ++v) {
                const long channel = (at->block + b) * LANES + v * 16;
                if (OUT_CHANNELS % LANES && channel >= OUT_CHANNELS) continue;
                LOCAL(finish_square)(of_square + v, at, channel, row, column, ARGUMENTS);
            }
        }
    }
}

ALWAYS_INLINE void LOCAL(prefetch_results)(const LOCAL(Place) * at, PARAMETERS) {
#pragma nounroll
    for (long row = at->row * OUTPUTS; row < (at->row + at->rows) * OUTPUTS; ++row) {
#pragma nounroll
        for (long column = at->column * OUTPUTS; column < (at->column + at->columns) * OUTPUTS; ++column) {
#pragma nounroll
            for (long channel = at->block * LANES; channel < (at->block + at->blocks) * LANES; channel += 16)
                LOCAL(prefetch_vector)(at->image, at->group, channel, row, column, ARGUMENTS);
        }
    }
}

/// `count` channels from `c` of the group on, of all squares: one row of squares after another passes through the panel.
ALWAYS_INLINE void LOCAL(transform_squares)(float16* panel, float* points, const LOCAL(Place) * at, const long c, const long count,
                                            PARAMETERS) {
#pragma nounroll
    for (long h = 0; h < at->rows; ++h) {
        LOCAL(pack)((float*)panel, at->image, at->group * DEPTH + c, count, (at->row + h) * OUTPUTS - PAD_TOP,
                    at->column * OUTPUTS - PAD_LEFT, ARGUMENTS);
#pragma nounroll
        for (long w = 0; w < at->columns; ++w) {
#pragma nounroll
            for (long k = 0; k < count; k += 16) {
                LOCAL(transform_square)((const float*)panel + w * (OUTPUTS * PANEL_COLUMN_PITCH) + k,
                                        points + (h * at->columns + w) * PIXEL_STEP + k);
            }
        }
    }
}

ALWAYS_INLINE LOCAL(Place) LOCAL(place_of)(const long tile) {
    const long column = tile % GRID_COLUMNS * SQUARE_COLUMNS;
    const long row = tile / GRID_COLUMNS % GRID_ROWS * SQUARE_ROWS;
    const long block = tile / (GRID_COLUMNS * GRID_ROWS * IMAGES * GROUPS) * BLOCKS;
    const LOCAL(Place) at = {.image = tile / (GRID_COLUMNS * GRID_ROWS) % IMAGES,
                             .group = tile / (GRID_COLUMNS * GRID_ROWS * IMAGES) % GROUPS,
                             .block = block,
                             .blocks = ALL_BLOCKS - block < BLOCKS ? ALL_BLOCKS - block : BLOCKS,
                             .row = row,
                             .column = column,
                             .rows = ALL_ROWS - row < SQUARE_ROWS ? ALL_ROWS - row : SQUARE_ROWS,
                             .columns = ALL_COLUMNS - column < SQUARE_COLUMNS ? ALL_COLUMNS - column : SQUARE_COLUMNS};
    return at;
}

static void TILE(PARAMETERS, const long tile) {
    const LOCAL(Place) at = LOCAL(place_of)(tile);
    const long squares = at.rows * at.columns;
    float16 panel[PANEL_VECTORS];
    float16 points[ALL_POINTS * SQUARES * PIXEL_STEP / 16];
    float16 sums[ALL_POINTS * BLOCKS * PARTS * SUMS];
#pragma nounroll
    for (long i = 0; i < ALL_POINTS * BLOCKS * PARTS * SUMS; ++i) sums[i] = 0.0f;
    const ulong next_step = ahead_step * sizeof(float);
    ulong next = AHEAD(tile, ALL_POINTS * BLOCKS * PARTS * DEPTH);
    // Squares past the last one are multiplied with the others of their part.
    if (squares % TILE_WIDTH) {
#pragma nounroll
        for (long i = 0; i < ALL_POINTS * SQUARES * PIXEL_STEP / 16; ++i) points[i] = 0.0f;
    }
#pragma nounroll
    for (long c = 0; c < DEPTH; c += CHUNK) {
        const long count = DEPTH - c < CHUNK ? DEPTH - c : CHUNK;
        LOCAL(transform_squares)(panel, (float*)points, &at, c, count, ARGUMENTS);
        if (c + CHUNK >= DEPTH) LOCAL(prefetch_results)(&at, ARGUMENTS);
        const __global float* chunk = weights + weights_offset + (at.group * DEPTH + c) * (ALL_POINTS * ALL_BLOCKS * LANES);
#pragma nounroll
        for (long point = 0; point < ALL_POINTS; ++point) {
#pragma nounroll
            for (long b = 0; b < at.blocks; ++b) {
#pragma nounroll
                for (long part = 0; part * TILE_WIDTH < squares; ++part) {
                    LOCAL(multiply)((const float*)points + (point * SQUARES + part * TILE_WIDTH) * PIXEL_STEP,
                                    chunk + (point * ALL_BLOCKS + at.block + b) * count * LANES, 1, 1, count,
                                    sums + ((point * BLOCKS + b) * PARTS + part) * SUMS, next, next_step);
                    next += count * next_step;
                }
            }
        }
    }
    LOCAL(finish_squares)(sums, &at, ARGUMENTS);
}
