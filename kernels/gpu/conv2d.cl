// SPDX-License-Identifier: Apache-2.0
// Convolution of images with dense groups. Tiles run over output pixels of all images, then groups and blocks of output channels,
// so that neighbours share weights. Constants: KERNEL_HEIGHT, KERNEL_WIDTH, PAD_TOP, PAD_LEFT, GROUPS, BLOCKS and those of
// window.cl.
#include "window.cl"

#define PIXEL_TILES ((PLANE_PIXELS + TILE_PIXELS - 1) / TILE_PIXELS)

ALWAYS_INLINE void TILE(PARAMETERS, __local float* scratch, const long tile) {
    const INDEX group = (INDEX)(tile / PIXEL_TILES % GROUPS);
    const LOCAL(Window) at = {
        0,                                                              // image
        group,
        (INDEX)(tile / (PIXEL_TILES * GROUPS)),                         // block
        -PAD_TOP,
        -PAD_LEFT,
        0,                                                              // out_row
        0,                                                              // out_column
        (INDEX)(tile % PIXEL_TILES) * TILE_PIXELS,                      // first_pixel
        KERNEL_WIDTH,
        (INDEX)(KERNEL_HEIGHT * KERNEL_WIDTH * DEPTH),                  // depth
        (INDEX)(group * BLOCKS * TILE_CHANNELS * (KERNEL_HEIGHT * KERNEL_WIDTH) * DEPTH),  // weights
    };
    LOCAL(window)(scratch, &at, ARGUMENTS);
}
