// SPDX-License-Identifier: Apache-2.0
// Convolution of each channel with a kernel of its own. A tile is TILE_HEIGHT x TILE_WIDTH output pixels of up to BLOCKS times
// 16 channels. Constants: KERNEL_HEIGHT, KERNEL_WIDTH, STRIDE_ROW, STRIDE_COLUMN, TILE_HEIGHT, TILE_WIDTH, PANEL_ROOM, PIXEL_STEP,
// PIXEL_ROW_STEP, TAP_STEP and those of panel.cl and finish.cl. Numbers: PAD_TOP, PAD_LEFT, OUT_HEIGHT, OUT_WIDTH, IMAGES, BLOCKS,
// ALL_BLOCKS and theirs. Parameters: x, weights, y.
#include "panel.cl"
#include "finish.cl"

#define PIXELS (TILE_HEIGHT * TILE_WIDTH)
#define GRID_ROWS ((OUT_HEIGHT + TILE_HEIGHT - 1) / TILE_HEIGHT)
#define GRID_COLUMNS ((OUT_WIDTH + TILE_WIDTH - 1) / TILE_WIDTH)

/// sums[pixel] = the taps of 16 channels, in the order of rows, then columns.
ALWAYS_INLINE void LOCAL(multiply_taps)(const float* panel, const __global float* weights, float16* total, const long row_pitch) {
    float16 sums[PIXELS];
#pragma unroll
    for (int i = 0; i < PIXELS; ++i) sums[i] = 0.0f;
#pragma nounroll
    for (long r = 0; r < KERNEL_HEIGHT; ++r) {
#pragma nounroll
        for (long s = 0; s < KERNEL_WIDTH; ++s) {
            const float16 tap = load16(weights + (r * KERNEL_WIDTH + s) * 16);
            const float* a = panel + r * row_pitch + s * TAP_STEP;
#pragma unroll
            for (int h = 0; h < TILE_HEIGHT; ++h) {
#pragma unroll
                for (int w = 0; w < TILE_WIDTH; ++w) {
                    const float16 pixel = *(const float16_any*)(a + h * PIXEL_ROW_STEP + w * PIXEL_STEP);
                    sums[h * TILE_WIDTH + w] = fma(pixel, tap, sums[h * TILE_WIDTH + w]);
                }
            }
        }
    }
#pragma unroll
    for (int i = 0; i < PIXELS; ++i) total[i] = sums[i];
}

static void TILE(PARAMETERS, const long tile) {
    const long column = tile % GRID_COLUMNS * TILE_WIDTH;
    const long row = tile / GRID_COLUMNS % GRID_ROWS * TILE_HEIGHT;
    const long image = tile / (GRID_COLUMNS * GRID_ROWS) % IMAGES;
    const long first = tile / (GRID_COLUMNS * GRID_ROWS * IMAGES) * BLOCKS;
    const long rows = OUT_HEIGHT - row < TILE_HEIGHT ? OUT_HEIGHT - row : TILE_HEIGHT;
    const long columns = OUT_WIDTH - column < TILE_WIDTH ? OUT_WIDTH - column : TILE_WIDTH;
    const long blocks = ALL_BLOCKS - first < BLOCKS ? ALL_BLOCKS - first : BLOCKS;
    float16 panel[PANEL_ROOM];
    float16 sums[PIXELS];
#pragma nounroll
    for (long b = first; b < first + blocks; ++b) {
        const long count = OUT_CHANNELS - b * 16 < 16 ? OUT_CHANNELS - b * 16 : 16;
        LOCAL(pack)((float*)panel, image, b * 16, count, row * STRIDE_ROW - PAD_TOP, column * STRIDE_COLUMN - PAD_LEFT, ARGUMENTS);
        LOCAL(multiply_taps)((const float*)panel, weights + weights_offset + b * (KERNEL_HEIGHT * KERNEL_WIDTH * 16), sums,
                             PANEL_ROW_PITCH);
#pragma nounroll
        for (long h = 0; h < rows; ++h) {
#pragma nounroll
            for (long w = 0; w < columns; ++w) {
                LOCAL(finish_vector)(sums[h * TILE_WIDTH + w], image, 0, b * 16, row + h, column + w, ARGUMENTS);
            }
        }
    }
}
