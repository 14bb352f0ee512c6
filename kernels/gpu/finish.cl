// SPDX-License-Identifier: Apache-2.0
// From sums to stored results: the epilogue, then stores that touch the output's channels only.
// Constants: OUT_CHANNELS (of a group), EPILOGUE_BODY, Y_STORES: a list of STORE(pointer, channels in one access, stride of an
// image, channel, row, column), one for each view that gets the result, and of STORE_PART(pointer, first channel, end,
// strides) for those that get some of its channels.

ALWAYS_INLINE float LOCAL(epilogue)(const float x0, const INDEX image, const INDEX channel, const INDEX row,
                                    const INDEX column, PARAMETERS) {
    EPILOGUE_BODY
}

/// Stores the first `count` of four values. `width` is a constant; count is a multiple of it.
STORE_FUNCTION void LOCAL(store_quad)(__global float* to, const int width, const INDEX stride, const float4 values,
                                      const int count) {
    if (width == 4) {
        store4(to, values);
    } else if (width == 2) {
        store2(to, FLOAT2(values.x, values.y));
        if (count > 2) store2(to + 2, FLOAT2(values.z, values.w));
    } else {
        to[0] = values.x;
        if (count > 1) to[stride] = values.y;
        if (count > 2) to[2 * stride] = values.z;
        if (count > 3) to[3 * stride] = values.w;
    }
}

#define STORE(to, width, stride_image, stride_channel, stride_row, stride_column)                                            \
    LOCAL(store_quad)(to + to##_offset + (image * stride_image + row * stride_row + column * stride_column +                 \
                                          first * stride_channel),                                                           \
                      width, stride_channel, values, count);

/// Stores those of the first `count` of four values that belong to a view of `channels` channels; the first is its channel
/// `place`, which may lie before or behind them.
STORE_FUNCTION void LOCAL(store_part)(__global float* to, const INDEX stride, const INDEX channels, const INDEX place,
                                      const float4 values, const int count) {
    if (place >= 0 && place < channels) to[place * stride] = values.x;
    if (count > 1 && place + 1 >= 0 && place + 1 < channels) to[(place + 1) * stride] = values.y;
    if (count > 2 && place + 2 >= 0 && place + 2 < channels) to[(place + 2) * stride] = values.z;
    if (count > 3 && place + 3 >= 0 && place + 3 < channels) to[(place + 3) * stride] = values.w;
}

#define STORE_PART(to, begin, end, stride_image, stride_channel, stride_row, stride_column)                                  \
    LOCAL(store_part)(to + to##_offset + (image * stride_image + row * stride_row + column * stride_column), stride_channel, \
                      end - begin, first - begin, values, count);

/// Stores `count` (1 to 4) output channels of one pixel from `first` on.
ALWAYS_INLINE void LOCAL(finish_channels)(const float4 sums, const int count, const INDEX image, const INDEX first,
                                          const INDEX row, const INDEX column, PARAMETERS) {
    float4 values = sums;
    values.x = LOCAL(epilogue)(sums.x, image, first, row, column, ARGUMENTS);
    if (count > 1) values.y = LOCAL(epilogue)(sums.y, image, first + 1, row, column, ARGUMENTS);
    if (count > 2) values.z = LOCAL(epilogue)(sums.z, image, first + 2, row, column, ARGUMENTS);
    if (count > 3) values.w = LOCAL(epilogue)(sums.w, image, first + 3, row, column, ARGUMENTS);
    Y_STORES
}

/// Stores four output channels of one pixel from `channel` of the group on, which exists, those that exist.
ALWAYS_INLINE void LOCAL(finish_quad)(const float4 sums, const INDEX image, const INDEX group, const INDEX channel,
                                      const INDEX row, const INDEX column, PARAMETERS) {
    const int count = OUT_CHANNELS - channel < 4 ? (int)(OUT_CHANNELS - channel) : 4;
    LOCAL(finish_channels)(sums, count, image, group * OUT_CHANNELS + channel, row, column, ARGUMENTS);
}
