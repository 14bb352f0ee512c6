// SPDX-License-Identifier: Apache-2.0
// Convolution with steps of one by Winograd's minimal filtering: RESULT_ROWS x RESULT_COLUMNS results, a square, come from
// POINT_ROWS x POINT_COLUMNS products of transformed pixels and weights (A. Lavin, S. Gray, Fast Algorithms for Convolutional
// Neural Networks, 2015, sections 4.1 and 4.3). A kernel of one row or column has squares of one row or column, transformed
// along the other. A work-item has SQUARE_ROWS x SQUARE_COLUMNS squares: their pixels pass the prologue once, are transformed
// channel by channel, and each point is a product of a matrix [square][channel] with [channel][output channel].
// Constants: RESULT_ROWS, RESULT_COLUMNS, POINT_ROWS, POINT_COLUMNS, PIXEL_ROWS_BODY, PIXEL_COLUMNS_BODY, SUM_ROWS_BODY,
// SUM_COLUMNS_BODY (the transforms), PIXEL_STEP (floats between the channels of neighbouring squares), CHUNK, PANEL_ROOM,
// POINT_ROOM, SUM_ROOM (vectors) and those of gemm.cl, panel.cl and finish.cl. Numbers of the step: SQUARE_ROWS, SQUARE_COLUMNS,
// PARTS (of TILE_WIDTH squares, enough for all of them), OUT_HEIGHT, OUT_WIDTH, PAD_TOP, PAD_LEFT, IMAGES, GROUPS, DEPTH, BLOCKS,
// ALL_BLOCKS and theirs.
// Parameters: x, weights ([group][chunk][point][block][channel][lane], transformed), y and those of AHEAD in gemm.cl.
#include "gemm.cl"
#include "panel.cl"
#include "finish.cl"

#define ALL_POINTS (POINT_ROWS * POINT_COLUMNS)
#define SQUARES (PARTS * TILE_WIDTH)
#define SUMS (PIXELS * VECTORS)
#define ALL_ROWS ((OUT_HEIGHT + RESULT_ROWS - 1) / RESULT_ROWS)  // of squares
#define ALL_COLUMNS ((OUT_WIDTH + RESULT_COLUMNS - 1) / RESULT_COLUMNS)
#define GRID_ROWS ((ALL_ROWS + SQUARE_ROWS - 1) / SQUARE_ROWS)
#define GRID_COLUMNS ((ALL_COLUMNS + SQUARE_COLUMNS - 1) / SQUARE_COLUMNS)

#define SCALED(factor, x, y) fma((float16)(factor), x, y)

// From pixels d to points v, the transposed B of the paper, along one dimension each.
ALWAYS_INLINE void LOCAL(transform_pixel_rows)(const float16* d, float16* v) {
    PIXEL_ROWS_BODY
}
ALWAYS_INLINE void LOCAL(transform_pixel_columns)(const float16* d, float16* v) {
    PIXEL_COLUMNS_BODY
}
// From sums m to results o, the transposed A.
ALWAYS_INLINE void LOCAL(transform_sum_rows)(const float16* m, float16* o) {
    SUM_ROWS_BODY
}
ALWAYS_INLINE void LOCAL(transform_sum_columns)(const float16* m, float16* o) {
    SUM_COLUMNS_BODY
}

/// 16 channels of one square: from the panel at `from`, whose rows lie `row_pitch` floats apart, to the points at `to`, which lie
/// `point_pitch` apart.
NEVER_INLINE void LOCAL(transform_square)(const float* from, const long row_pitch, float* to, const long point_pitch) {
    float16 half_done[ALL_POINTS];
#pragma unroll
    for (int column = 0; column < POINT_COLUMNS; ++column) {
        float16 d[POINT_ROWS], v[POINT_ROWS];
#pragma unroll
        for (int row = 0; row < POINT_ROWS; ++row)
            d[row] = *(const float16_any*)(from + row * row_pitch + column * PANEL_COLUMN_PITCH);
        LOCAL(transform_pixel_rows)(d, v);
#pragma unroll
        for (int row = 0; row < POINT_ROWS; ++row) half_done[row * POINT_COLUMNS + column] = v[row];
    }
#pragma unroll
    for (int row = 0; row < POINT_ROWS; ++row) {
        float16 v[POINT_COLUMNS];
        LOCAL(transform_pixel_columns)(half_done + row * POINT_COLUMNS, v);
#pragma unroll
        for (int column = 0; column < POINT_COLUMNS; ++column)
            store16_private(to + (row * POINT_COLUMNS + column) * point_pitch, v[column]);
    }
}

/// The results of one square and 16 output channels, from sums that lie `pitch` vectors apart.
ALWAYS_INLINE void LOCAL(inverse_square)(const float16* sums, const long pitch, float16* results) {
    float16 half_done[RESULT_ROWS * POINT_COLUMNS];
#pragma unroll
    for (int column = 0; column < POINT_COLUMNS; ++column) {
        float16 m[POINT_ROWS], o[RESULT_ROWS];
#pragma unroll
        for (int row = 0; row < POINT_ROWS; ++row) m[row] = sums[(row * POINT_COLUMNS + column) * pitch];
        LOCAL(transform_sum_rows)(m, o);
#pragma unroll
        for (int row = 0; row < RESULT_ROWS; ++row) half_done[row * POINT_COLUMNS + column] = o[row];
    }
#pragma unroll
    for (int row = 0; row < RESULT_ROWS; ++row)
        LOCAL(transform_sum_columns)(half_done + row * POINT_COLUMNS, results + row * RESULT_COLUMNS);
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
    const long rows = OUT_HEIGHT - row < RESULT_ROWS ? OUT_HEIGHT - row : RESULT_ROWS;
    const long columns = OUT_WIDTH - column < RESULT_COLUMNS ? OUT_WIDTH - column : RESULT_COLUMNS;
    float16 results[RESULT_ROWS * RESULT_COLUMNS];
    LOCAL(inverse_square)(sums, BLOCKS * PARTS * SUMS, results);
#pragma nounroll
    for (long h = 0; h < rows; ++h) {
#pragma nounroll
        for (long w = 0; w < columns; ++w)
            LOCAL(finish_vector)(results[h * RESULT_COLUMNS + w], at->image, at->group, channel, row + h, column + w, ARGUMENTS);
    }
}

ALWAYS_INLINE void LOCAL(finish_squares)(const float16* sums, const LOCAL(Place) * at, PARAMETERS) {
#pragma nounroll
    for (long b = 0; b < at->blocks; ++b) {
#pragma nounroll
        for (long square = 0; square < at->rows * at->columns; ++square) {
            const float16* of_square = sums + (b * PARTS + square / TILE_WIDTH) * SUMS + square % TILE_WIDTH * VECTORS;
            const long row = (at->row + square / at->columns) * RESULT_ROWS;
            const long column = (at->column + square % at->columns) * RESULT_COLUMNS;
#pragma nounroll
            for (int v = 0; v < VECTORS; ++v) {
                const long channel = (at->block + b) * LANES + v * 16;
                if (channel >= OUT_CHANNELS) continue;
                LOCAL(finish_square)(of_square + v, at, channel, row, column, ARGUMENTS);
            }
        }
    }
}

ALWAYS_INLINE void LOCAL(prefetch_results)(const LOCAL(Place) * at, PARAMETERS) {
#pragma nounroll
    for (long row = at->row * RESULT_ROWS; row < (at->row + at->rows) * RESULT_ROWS; ++row) {
#pragma nounroll
        for (long column = at->column * RESULT_COLUMNS; column < (at->column + at->columns) * RESULT_COLUMNS; ++column) {
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
        LOCAL(pack)((float*)panel, at->image, at->group * DEPTH + c, count, (at->row + h) * RESULT_ROWS - PAD_TOP,
                    at->column * RESULT_COLUMNS - PAD_LEFT, ARGUMENTS);
#pragma nounroll
        for (long w = 0; w < at->columns; ++w) {
#pragma nounroll
            for (long k = 0; k < count; k += 16) {
                LOCAL(transform_square)((const float*)panel + w * (RESULT_COLUMNS * PANEL_COLUMN_PITCH) + k, PANEL_ROW_PITCH,
                                        points + (h * at->columns + w) * PIXEL_STEP + k, SQUARES * PIXEL_STEP);
            }
        }
    }
}

ALWAYS_INLINE LOCAL(Place) LOCAL(place_of)(const long tile, PARAMETERS) {
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
    const LOCAL(Place) at = LOCAL(place_of)(tile, ARGUMENTS);
    const long squares = at.rows * at.columns;
    float16 panel[PANEL_ROOM];
    float16 points[POINT_ROOM];
    float16 sums[SUM_ROOM];
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
                                    sums + ((point * BLOCKS + b) * PARTS + part) * SUMS, next, next_step, 0, 0);
                    next += count * next_step;
                }
            }
        }
    }
    LOCAL(finish_squares)(sums, &at, ARGUMENTS);
}
