// SPDX-License-Identifier: Apache-2.0
// Convolution of images with dense groups. Tiles run over output pixels, then images, groups and ranges of output channels,
// so that neighbours share weights. Constants: KERNEL_HEIGHT, KERNEL_WIDTH, STRIDE_ROW, STRIDE_COLUMN.
// Numbers of the step: PAD_TOP, PAD_LEFT, OUT_HEIGHT, OUT_WIDTH, IMAGES, GROUPS. And those of window.cl.
#include "window.cl"

#define GRID_ROWS ((OUT_HEIGHT + TILE_HEIGHT - 1) / TILE_HEIGHT)
#define GRID_COLUMNS ((OUT_WIDTH + TILE_COLUMNS - 1) / TILE_COLUMNS)

static void TILE(PARAMETERS, const long tile) {
    const long column = tile % GRID_COLUMNS * TILE_COLUMNS;
    const long row = tile / GRID_COLUMNS % GRID_ROWS * TILE_HEIGHT;
    const long image = tile / (GRID_COLUMNS * GRID_ROWS) % IMAGES;
    const long group = tile / (GRID_COLUMNS * GRID_ROWS * IMAGES) % GROUPS;
    const long range = tile / (GRID_COLUMNS * GRID_ROWS * IMAGES * GROUPS);
    const LOCAL(Window) at = {
        .image = image,
        .group = group,
        .block = range * BLOCKS,
        .row = row * STRIDE_ROW - PAD_TOP,
        .column = column * STRIDE_COLUMN - PAD_LEFT,
        .taps_h = KERNEL_HEIGHT,
        .taps_w = KERNEL_WIDTH,
        .weights = group * (ALL_BLOCKS * LANES * KERNEL_HEIGHT * KERNEL_WIDTH) * DEPTH,
        .out_row = row,
        .out_column = column,
        .rows = OUT_HEIGHT - row < TILE_HEIGHT ? OUT_HEIGHT - row : TILE_HEIGHT,
        .columns = OUT_WIDTH - column < TILE_COLUMNS ? OUT_WIDTH - column : TILE_COLUMNS,
        .tile = tile,
    };
    LOCAL(window)(&at, ARGUMENTS);
}
