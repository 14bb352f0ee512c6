// SPDX-License-Identifier: Apache-2.0
// Reads elements of the input, the prologue applied; padding is zero after it.
// The channels may lie in several segments, each a view of its own: X_SEGMENTS is a list of
// SEGMENT(pointer, first channel, end, stride of an image, channel, row, column, unused).
// Constants: X_HEIGHT, X_WIDTH, X_SEGMENTS, PROLOGUE_BODY, WIDTH: so many channels from one that is a multiple of it are
// neighbours in one segment, at an address that is a multiple of their size.
#include "pack.cl"

ALWAYS_INLINE float LOCAL(prologue)(const float x0, const INDEX image, const INDEX channel, const INDEX row,
                                    const INDEX column, PARAMETERS) {
    PROLOGUE_BODY
}

#define SEGMENT(name, segment_begin, segment_end, stride_image, stride_channel, stride_row, stride_column, tail)              \
    if (channel >= segment_begin && channel < segment_end) {                                                                 \
        from = name + name##_offset + (image * stride_image + (channel - segment_begin) * stride_channel +                   \
                                       row * stride_row + column * stride_column);                                           \
    }

/// WIDTH channels from `channel` on of one pixel, which may lie in the padding; zero unless `is_there`.
ALWAYS_INLINE void LOCAL(load_input)(PACK* values, const bool is_there, const INDEX image, const INDEX channel, const INDEX row,
                                     const INDEX column, PARAMETERS) {
    if (is_there && row >= 0 && row < X_HEIGHT && column >= 0 && column < X_WIDTH) {
        const __global float* from = x + x_offset;
        const INDEX count = 1;
        X_SEGMENTS
        *values = LOAD_PACK(from);
#pragma unroll
        for (int k = 0; k < WIDTH; ++k) {
            values->e[k] = LOCAL(prologue)(values->e[k], image, channel + k, row, column, ARGUMENTS);
        }
    } else {
#pragma unroll
        for (int k = 0; k < WIDTH; ++k) values->e[k] = 0.0f;
    }
}
