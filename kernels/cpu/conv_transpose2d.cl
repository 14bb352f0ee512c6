// SPDX-License-Identifier: Apache-2.0
// Transposed convolution: tiles run over the phases of transpose_phases.cl, then over the pixels of each. Numbers: OUT_HEIGHT,
// OUT_WIDTH, IMAGES, GROUPS; constants and numbers of both files.
#include "../transpose_phases.cl"
#include "window.cl"

#define GRID_ROWS (((OUT_HEIGHT + OUT_ROW_STEP - 1) / OUT_ROW_STEP + TILE_HEIGHT - 1) / TILE_HEIGHT)
#define GRID_COLUMNS (((OUT_WIDTH + OUT_COLUMN_STEP - 1) / OUT_COLUMN_STEP + TILE_COLUMNS - 1) / TILE_COLUMNS)

/// How many of `most` pixels from `first` on, `step` apart, lie before `end`.
ALWAYS_INLINE long LOCAL(pixels_before)(const long first, const long step, const long end, const long most) {
    const long count = first < end ? (end - first + step - 1) / step : 0;
    return count < most ? count : most;
}

static void TILE(PARAMETERS, const long tile) {
    const long phase_column = tile % PHASE_COLUMNS;
    const long phase_row = tile / PHASE_COLUMNS % PHASE_ROWS;
    const long pixels = tile / (PHASE_COLUMNS * PHASE_ROWS);
    const long column = pixels % GRID_COLUMNS * TILE_COLUMNS;
    const long row = pixels / GRID_COLUMNS % GRID_ROWS * TILE_HEIGHT;
    const long image = pixels / (GRID_COLUMNS * GRID_ROWS) % IMAGES;
    const long group = pixels / (GRID_COLUMNS * GRID_ROWS * IMAGES) % GROUPS;
    const long range = pixels / (GRID_COLUMNS * GRID_ROWS * IMAGES * GROUPS);
    const long out_row = LOCAL(first_out_rows)[phase_row] + row * OUT_ROW_STEP;
    const long out_column = LOCAL(first_out_columns)[phase_column] + column * OUT_COLUMN_STEP;
    const long taps_before = group * GROUP_TAPS + LOCAL(phase_taps)[phase_row * PHASE_COLUMNS + phase_column];
    const LOCAL(Window) at = {
        .image = image,
        .group = group,
        .block = range * BLOCKS,
        .row = LOCAL(first_in_rows)[phase_row] + row,
        .column = LOCAL(first_in_columns)[phase_column] + column,
        .taps_h = LOCAL(taps_rows)[phase_row],
        .taps_w = LOCAL(taps_columns)[phase_column],
        .weights = taps_before * (ALL_BLOCKS * LANES * DEPTH),
        .out_row = out_row,
        .out_column = out_column,
        .rows = LOCAL(pixels_before)(out_row, OUT_ROW_STEP, OUT_HEIGHT, TILE_HEIGHT),
        .columns = LOCAL(pixels_before)(out_column, OUT_COLUMN_STEP, OUT_WIDTH, TILE_COLUMNS),
        .tile = tile,
    };
    if (at.rows <= 0 || at.columns <= 0) return;
    LOCAL(window)(&at, ARGUMENTS);
}
