// SPDX-License-Identifier: Apache-2.0
// From sums to stored results: the epilogue, then a store that touches the output's channels only.
// Constants: OUT_CHANNELS (of a group), Y_STRIDE_{IMAGE,CHANNEL,ROW,COLUMN}, EPILOGUE_BODY. Parameter: y.

ALWAYS_INLINE float16 LOCAL(epilogue)(const float16 x0, const long image, const long channel, const long row,
                                      const long column, const int lanes, PARAMETERS) {
    EPILOGUE_BODY
}

/// Stores 16 output channels of one pixel from `channel` of the group on, those that exist.
ALWAYS_INLINE void LOCAL(finish_vector)(const float16 sum, const long image, const long group, const long channel,
                                        const long row, const long column, PARAMETERS) {
    const long first = group * OUT_CHANNELS + channel;
    __global float* to =
        y + y_offset + image * Y_STRIDE_IMAGE + row * Y_STRIDE_ROW + column * Y_STRIDE_COLUMN + first * Y_STRIDE_CHANNEL;
#if OUT_CHANNELS % 16
    if (channel + 16 > OUT_CHANNELS) {
        const float16 value = LOCAL(epilogue)(sum, image, first, row, column, OUT_CHANNELS % 16, ARGUMENTS);
        store16_strided(to, Y_STRIDE_CHANNEL, value, OUT_CHANNELS % 16);
        return;
    }
#endif
    store16_strided(to, Y_STRIDE_CHANNEL, LOCAL(epilogue)(sum, image, first, row, column, 16, ARGUMENTS), 16);
}
