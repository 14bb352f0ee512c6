// SPDX-License-Identifier: Apache-2.0
// From sums to stored results: the epilogue, then stores that touch the output's channels only.
// Constants: OUT_CHANNELS (of a group), EPILOGUE_BODY, Y_STORES: a list of STORE(pointer, stride of an image, channel, row,
// column), one for each view that gets the result.

ALWAYS_INLINE float16 LOCAL(epilogue)(const float16 x0, const long image, const long channel, const long row,
                                      const long column, const int lanes, PARAMETERS) {
    EPILOGUE_BODY
}

#define STORE(to, stride_image, stride_channel, stride_row, stride_column)                                                   \
    if (stride_channel == 1)                                                                                                 \
        PREFETCH_WRITE(to + to##_offset + image * stride_image + row * stride_row + column * stride_column + channel);

/// Where 16 output channels of one pixel will be stored.
ALWAYS_INLINE void LOCAL(prefetch_vector)(const long image, const long group, const long channel_of_group, const long row,
                                          const long column, PARAMETERS) {
    const long channel = group * OUT_CHANNELS + channel_of_group;
    Y_STORES
}

#undef STORE
#define STORE(to, stride_image, stride_channel, stride_row, stride_column)                                                   \
    store16_strided(to + to##_offset + image * stride_image + row * stride_row + column * stride_column +                    \
                        channel * stride_channel,                                                                            \
                    stride_channel, value, lanes);

/// Stores `lanes` output channels of one pixel from `channel` on.
ALWAYS_INLINE void LOCAL(store_result)(const float16 sum, const long image, const long channel, const long row,
                                       const long column, const int lanes, PARAMETERS) {
    const float16 value = LOCAL(epilogue)(sum, image, channel, row, column, lanes, ARGUMENTS);
    Y_STORES
}

/// Stores 16 output channels of one pixel from `channel` of the group on, those that exist.
ALWAYS_INLINE void LOCAL(finish_vector)(const float16 sum, const long image, const long group, const long channel,
                                        const long row, const long column, PARAMETERS) {
    const long first = group * OUT_CHANNELS + channel;
#if OUT_CHANNELS % 16
    if (channel + 16 > OUT_CHANNELS) {
        LOCAL(store_result)(sum, image, first, row, column, OUT_CHANNELS % 16, ARGUMENTS);
        return;
    }
#endif
    LOCAL(store_result)(sum, image, first, row, column, 16, ARGUMENTS);
}
