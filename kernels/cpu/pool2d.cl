// SPDX-License-Identifier: Apache-2.0
// Max and average pooling of images whose lanes (channels, or images of a batch) run in vectors. Compiled in: the window, how it
// moves, and whether lanes are neighbours; extents and strides are arguments, so that layers of any size share a variant.
#include "../pool2d_taps.cl"
#include "lanes.cl"

/// The taps of one window in lanes [0, count), always in this order; constant bounds unroll the loops.
ALWAYS_INLINE float16 LOCAL(window)(const __global float* x, long at, long h_step, long w_step, LOCAL(Taps) h, LOCAL(Taps) w,
                                    long lane, int count) {
    float16 sum = INITIAL;
    for (int i = h.begin; i < h.end; ++i) {
        for (int j = w.begin; j < w.end; ++j) {
            const float16 v = LOCAL(load_lanes)(x + (at + i * h_step + j * w_step), lane, count);
            sum = COMBINE;
        }
    }
    return sum;
}

/// The pixels that the window covers some columns later and not before.
ALWAYS_INLINE void LOCAL(prefetch_window)(const __global float* x, const long h_step, const long x_column) {
    enum { COLUMNS_AHEAD = 4 };
#pragma unroll
    for (int i = 0; i < KERNEL_H; ++i) {
#pragma unroll
        for (int j = 0; j < STRIDE_W; ++j) PREFETCH_READ(x + i * h_step + (COLUMNS_AHEAD * STRIDE_W + j) * x_column);
    }
}

/// A tile is `block` rows of the output by `chunk` lanes. The last vector of lanes may compute some of the one before again.
static WIDE_VECTORS void TILE(PARAMETERS, const long tile) {
    const long first = tile / chunks * block, begin = tile % chunks * chunk;
    const long last = min(first + block, rows), end = min(begin + chunk, length);
    const long h_step = DILATION_H * x_h, w_step = DILATION_W * x_w;
    for (long row = first; row < last; ++row) {
        const long top = row % out_h * STRIDE_H - PAD_TOP;
        const LOCAL(Taps) h = LOCAL(taps_at)(top, in_h, PAD_BOTTOM, DILATION_H, KERNEL_H);
        const long from_row = x_offset + row / out_h * x_outer + top * x_h;
        __global float* to = y + (y_offset + row / out_h * y_outer + row % out_h * y_h);
        for (long column = 0; column < out_w; ++column, to += y_w) {
            const long left = column * STRIDE_W - PAD_LEFT;
            const LOCAL(Taps) w = LOCAL(taps_at)(left, in_w, PAD_RIGHT, DILATION_W, KERNEL_W);
            const long from = from_row + left * x_w;
            const float scale = SCALE;
            const bool whole = h.end - h.begin == KERNEL_H && w.end - w.begin == KERNEL_W;
            long i = begin;
            if (UNROLL_WINDOW && whole) {
                const LOCAL(Taps) all_h = {0, KERNEL_H, KERNEL_H}, all_w = {0, KERNEL_W, KERNEL_W};
                for (; end - begin >= 16 && i < end; i += 16) {
                    i = min(i, end - 16);
                    LOCAL(prefetch_window)(x + from + i * x_lane, h_step, x_w);
                    const float16 sum = LOCAL(window)(x, from + i * x_lane, h_step, w_step, all_h, all_w, x_lane, 16);
                    LOCAL(store_lanes)(to + i * y_lane, y_lane, sum * scale, 16);
                }
            }
            for (; end - begin >= 16 && i < end; i += 16) {
                i = min(i, end - 16);
                const float16 sum = LOCAL(window)(x, from + i * x_lane, h_step, w_step, h, w, x_lane, 16);
                LOCAL(store_lanes)(to + i * y_lane, y_lane, sum * scale, 16);
            }
            if (i < end) {
                const int count = (int)(end - i);
                const float16 sum = LOCAL(window)(x, from + i * x_lane, h_step, w_step, h, w, x_lane, count);
                LOCAL(store_lanes)(to + i * y_lane, y_lane, sum * scale, count);
            }
        }
    }
}
