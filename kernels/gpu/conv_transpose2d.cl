// SPDX-License-Identifier: Apache-2.0
// Transposed convolution. Output pixels whose coordinates have the same remainders by the strides form a phase: a convolution
// of stride 1 with the taps that reach them (in reverse order), and a plane of window.cl. Constants: PHASE_ROWS, PHASE_COLUMNS
// (how many), for each of them the lists FIRST_OUT_{ROWS,COLUMNS}, FIRST_IN_{ROWS,COLUMNS}, TAPS_{ROWS,COLUMNS}, the list
// PHASE_TAPS of taps before each phase and GROUP_TAPS of all, GROUPS, BLOCKS and those of window.cl.
#include "window.cl"

#define PIXEL_TILES ((PLANE_PIXELS + TILE_PIXELS - 1) / TILE_PIXELS)

__constant int LOCAL(first_out_rows)[PHASE_ROWS] = FIRST_OUT_ROWS;
__constant int LOCAL(first_out_columns)[PHASE_COLUMNS] = FIRST_OUT_COLUMNS;
__constant int LOCAL(first_in_rows)[PHASE_ROWS] = FIRST_IN_ROWS;
__constant int LOCAL(first_in_columns)[PHASE_COLUMNS] = FIRST_IN_COLUMNS;
__constant int LOCAL(taps_rows)[PHASE_ROWS] = TAPS_ROWS;
__constant int LOCAL(taps_columns)[PHASE_COLUMNS] = TAPS_COLUMNS;
__constant int LOCAL(phase_taps)[PHASE_ROWS * PHASE_COLUMNS] = PHASE_TAPS;

ALWAYS_INLINE void TILE(PARAMETERS, __local float* scratch, const long tile) {
    const int phase_column = (int)(tile % PHASE_COLUMNS), phase_row = (int)(tile / PHASE_COLUMNS % PHASE_ROWS);
    const long rest = tile / (PHASE_COLUMNS * PHASE_ROWS);
    const INDEX group = (INDEX)(rest / PIXEL_TILES % GROUPS);
    const INDEX taps_w = LOCAL(taps_columns)[phase_column];
    const INDEX taps_before = group * GROUP_TAPS + LOCAL(phase_taps)[phase_row * PHASE_COLUMNS + phase_column];
    const LOCAL(Window) at = {
        0,                                                              // image
        group,
        (INDEX)(rest / (PIXEL_TILES * GROUPS)),                         // block
        LOCAL(first_in_rows)[phase_row],
        LOCAL(first_in_columns)[phase_column],
        LOCAL(first_out_rows)[phase_row],
        LOCAL(first_out_columns)[phase_column],
        (INDEX)(rest % PIXEL_TILES) * TILE_PIXELS,                      // first_pixel
        taps_w,
        (INDEX)(LOCAL(taps_rows)[phase_row] * taps_w * DEPTH),          // depth
        (INDEX)(taps_before * (BLOCKS * TILE_CHANNELS * DEPTH)),        // weights
    };
    LOCAL(window)(scratch, &at, ARGUMENTS);
}
