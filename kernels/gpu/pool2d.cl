// SPDX-License-Identifier: Apache-2.0
// Max and average pooling: a work-item has WIDTH lanes (channels, or images of a batch) of an output pixel. Compiled in: the
// window and how it moves; extents and strides are arguments, so that layers of any size share a variant.
#include "../pool2d_taps.cl"
#include "tile_packs.cl"

/// Rows of the tile are output pixels.
ALWAYS_INLINE void TILE(PARAMETERS, const long tile) {
    TILE_PACKS
    const INDEX h_step = DILATION_H * (INDEX)x_h, w_step = DILATION_W * (INDEX)x_w;
    FOR_EACH_PACK {
        const INDEX row = PACK_ROW, i = PACK_LANE;
        const INDEX column = row % (INDEX)out_w, line = row / (INDEX)out_w % (INDEX)out_h;
        const INDEX outer = row / ((INDEX)out_w * (INDEX)out_h);
        const INDEX top = line * STRIDE_H - PAD_TOP, left = column * STRIDE_W - PAD_LEFT;
        const LOCAL(Taps) h = LOCAL(taps_at)(top, (INDEX)in_h, PAD_BOTTOM, DILATION_H, KERNEL_H);
        const LOCAL(Taps) w = LOCAL(taps_at)(left, (INDEX)in_w, PAD_RIGHT, DILATION_W, KERNEL_W);
        const __global float* from = x + x_offset + (outer * (INDEX)x_outer + top * (INDEX)x_h + left * (INDEX)x_w + i * (INDEX)x_lane);
        PACK sums;
#pragma unroll
        for (int k = 0; k < WIDTH; ++k) sums.e[k] = INITIAL;
        for (int r = h.begin; r < h.end; ++r) {
            for (int s = w.begin; s < w.end; ++s) {
                const __global float* tap = from + (r * h_step + s * w_step);
                const PACK values = WIDTH == 1 ? GATHER_PACK(tap, x_lane) : LOAD_PACK(tap);
#pragma unroll
                for (int k = 0; k < WIDTH; ++k) {
                    const float sum = sums.e[k], v = values.e[k];
                    sums.e[k] = COMBINE;
                }
            }
        }
        const float scale = SCALE;
#pragma unroll
        for (int k = 0; k < WIDTH; ++k) sums.e[k] *= scale;
        __global float* to = y + y_offset + (outer * (INDEX)y_outer + line * (INDEX)y_h + column * (INDEX)y_w + i * (INDEX)y_lane);
        STORE_PACK(to, sums);
    }
}
