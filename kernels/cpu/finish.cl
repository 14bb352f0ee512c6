// SPDX-License-Identifier: Apache-2.0
// From sums to stored results: the epilogue, then stores that touch the output's channels only.
// Number (of the step: a constant or an argument): OUT_CHANNELS, of a group. Constants: OUT_REST (of them in their last vector, 0
// where it is whole), EPILOGUE_BODY, Y_STORES: a list of STORE(pointer, stride of an image, channel, row, column), one for each
// view that gets the result. Where each view gets some of the channels, a chain that ends with ; of
// WHOLE_VECTORS(pointer, the view's first channel, channels [begin, end) that are whole vectors of it, strides) and, for a
// vector that belongs to several, SHARED_VECTOR(channel, PART_OF_VECTOR(pointer, channel of the view, count, value with that
// lane first, strides) of each).

ALWAYS_INLINE float16 LOCAL(epilogue)(const float16 x0, const long image, const long channel, const long row,
                                      const long column, const int lanes, PARAMETERS) {
    EPILOGUE_BODY
}

#define STORE(to, stride_image, stride_channel, stride_row, stride_column)                                                   \
    if (stride_channel == 1)                                                                                                 \
        PREFETCH_WRITE(to + to##_offset + image * stride_image + row * stride_row + column * stride_column + channel);

#define WHOLE_VECTORS(to, first, begin, end, stride_image, stride_channel, stride_row, stride_column)                        \
    if (stride_channel == 1 && channel >= begin && channel < end)                                                            \
        PREFETCH_WRITE(to + to##_offset + image * stride_image + row * stride_row + column * stride_column + channel - first);
#define SHARED_VECTOR(begin, stores)

/// Where 16 output channels of one pixel will be stored.
ALWAYS_INLINE void LOCAL(prefetch_vector)(const long image, const long group, const long channel_of_group, const long row,
                                          const long column, PARAMETERS) {
    const long channel = group * OUT_CHANNELS + channel_of_group;
    Y_STORES
}

#undef STORE
#undef WHOLE_VECTORS
#undef SHARED_VECTOR
#define STORE(to, stride_image, stride_channel, stride_row, stride_column)                                                   \
    store16_strided(to + to##_offset + image * stride_image + row * stride_row + column * stride_column +                    \
                        channel * stride_channel,                                                                            \
                    stride_channel, value, lanes);

#define WHOLE_VECTORS(to, first, begin, end, stride_image, stride_channel, stride_row, stride_column)                        \
    if (channel >= begin && channel < end) {                                                                                 \
        store16_strided(to + to##_offset + image * stride_image + row * stride_row + column * stride_column +                \
                            (channel - first) * stride_channel,                                                              \
                        stride_channel, value, 16);                                                                          \
    } else
#define SHARED_VECTOR(begin, stores) \
    if (channel == begin) {          \
        stores                       \
    } else
#define PART_OF_VECTOR(to, place, count, moved, stride_image, stride_channel, stride_row, stride_column)                     \
    store16_strided(to + to##_offset + image * stride_image + row * stride_row + column * stride_column +                    \
                        place * stride_channel,                                                                              \
                    stride_channel, moved, count);

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
#if OUT_REST
    if (channel + 16 > OUT_CHANNELS) {
        LOCAL(store_result)(sum, image, first, row, column, OUT_REST, ARGUMENTS);
        return;
    }
#endif
    LOCAL(store_result)(sum, image, first, row, column, 16, ARGUMENTS);
}
