// SPDX-License-Identifier: Apache-2.0
// Transposed convolution: a phase of transpose_phases.cl is a plane of window.cl. Constants: those of both, GROUPS and BLOCKS.
#include "../transpose_phases.cl"
#include "window.cl"

#define PIXEL_TILES ((PLANE_PIXELS + TILE_PIXELS - 1) / TILE_PIXELS)

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
