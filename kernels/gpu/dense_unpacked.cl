// SPDX-License-Identifier: Apache-2.0
// A product whose second factor b[image, row][depth][lane] is no constant. Columns of the image are rows of the matrix x, images
// and rows its batch, in which a tile stays at one place. Constants: BLOCKS and those of window.cl.
#include "window.cl"

#define PIXEL_TILES ((PLANE_PIXELS + TILE_PIXELS - 1) / TILE_PIXELS)

ALWAYS_INLINE void TILE(PARAMETERS, __local float* scratch, const long tile) {
    const INDEX batch = (INDEX)(tile / (PIXEL_TILES * BLOCKS));
    const LOCAL(Window) at = {
        batch / OUT_HEIGHT,                           // image
        0,                                            // group
        (INDEX)(tile / PIXEL_TILES % BLOCKS),         // block
        batch % OUT_HEIGHT,                           // row
        0,                                            // column
        batch % OUT_HEIGHT,                           // out_row
        0,                                            // out_column
        (INDEX)(tile % PIXEL_TILES) * TILE_PIXELS,    // first_pixel
        1,                                            // taps_w
        (INDEX)DEPTH,
        0,                                            // weights
    };
    LOCAL(window)(scratch, &at, ARGUMENTS);
}
