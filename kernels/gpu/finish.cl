// SPDX-License-Identifier: Apache-2.0
// From sums to stored results: the epilogue, then stores that touch the output's channels only.
// Constants: OUT_CHANNELS (of a group), EPILOGUE_BODY, Y_STORES: a list of STORE(pointer, channels in one access, stride of an
// image, channel, row, column), one for each view that gets the result.

ALWAYS_INLINE float LOCAL(epilogue)(const float x0, const INDEX image, const INDEX channel, const INDEX row,
                                    const INDEX column, PARAMETERS) {
    EPILOGUE_BODY
}

/// Stores the first `count` of four values. `width` is a constant; count is a multiple of it.
ALWAYS_INLINE void LOCAL(store_quad)(__global float* to, const int width, const INDEX stride, const float* values,
                                     const int count) {
    if (width == 4) {
        store4(to, FLOAT4(values[0], values[1], values[2], values[3]));
        return;
    }
#pragma unroll
    for (int k = 0; k < 4; k += width) {
        if (k >= count) continue;
        if (width == 2) store2(to + k, FLOAT2(values[k], values[k + 1])); else to[k * stride] = values[k];
    }
}

#define STORE(to, width, stride_image, stride_channel, stride_row, stride_column)                                            \
    LOCAL(store_quad)(to + to##_offset + (image * stride_image + row * stride_row + column * stride_column +                 \
                                          first * stride_channel),                                                           \
                      width, stride_channel, values, count);

/// Stores `count` (4 at most) output channels of one pixel from `first` on.
ALWAYS_INLINE void LOCAL(finish_channels)(const float* sums, const int count, const INDEX image, const INDEX first,
                                          const INDEX row, const INDEX column, PARAMETERS) {
    float values[4];
#pragma unroll
    for (int k = 0; k < 4; ++k) {
        values[k] = k < count ? LOCAL(epilogue)(sums[k], image, first + k, row, column, ARGUMENTS) : 0.0f;
    }
    if (count > 0) { Y_STORES }
}

/// Stores four output channels of one pixel from `channel` of the group on, those that exist.
ALWAYS_INLINE void LOCAL(finish_quad)(const float* sums, const INDEX image, const INDEX group, const INDEX channel,
                                      const INDEX row, const INDEX column, PARAMETERS) {
    const int count = OUT_CHANNELS - channel < 4 ? (int)(OUT_CHANNELS - channel) : 4;
    LOCAL(finish_channels)(sums, count, image, group * OUT_CHANNELS + channel, row, column, ARGUMENTS);
}
