// SPDX-License-Identifier: Apache-2.0
// Brings the input pixels of one tile into private memory, the prologue applied once; padding is zero after it.
// The panel has PANEL_ROWS rows; a row has SETS sets of SET_COLUMNS columns (one set that all taps share, or one a tap).
// CHANNEL_LANES 1: panel[row][set][column][channel], vectors along channels; 0: panel[row][channel][set][column].
// Constants: X_HEIGHT, X_WIDTH, X_STRIDE_{IMAGE,CHANNEL,ROW,COLUMN}, ROW_STEP, COLUMN_STEP, SET_STEP (of the input),
// PANEL_ROW_PITCH, PANEL_CHANNEL_PITCH, PANEL_SET_PITCH, PANEL_COLUMN_PITCH (floats), CHANNEL_TAIL, PROLOGUE_BODY.

/// The element after the prologue; its channel (column where CHANNEL_LANES is 0) is that of lane 0.
ALWAYS_INLINE float16 LOCAL(prologue)(const float16 x0, const long image, const long channel, const long row,
                                      const long column, const int lanes, PARAMETERS) {
    PROLOGUE_BODY
}

/// How many of the columns begin, begin + COLUMN_STEP, ... lie before `end`, at most SET_COLUMNS.
ALWAYS_INLINE long LOCAL(columns_before)(const long begin, const long end) {
    const long count = (end - begin + COLUMN_STEP - 1) / COLUMN_STEP;
    return end <= begin ? 0 : (count < SET_COLUMNS ? count : SET_COLUMNS);
}

#if CHANNEL_LANES
ALWAYS_INLINE float16 LOCAL(load_channels)(const __global float* p, const long left) {
#if CHANNEL_TAIL
    if (left < 16) return load16_strided(p, X_STRIDE_CHANNEL, CHANNEL_TAIL);
#endif
    return load16_strided(p, X_STRIDE_CHANNEL, 16);
}

/// One set of columns of one row, channels [channel, channel + count); columns [first, last) lie inside the image.
ALWAYS_INLINE void LOCAL(pack_set)(float* to, const long image, const long channel, const long count, const long row,
                                   const long column, const long first, const long last, PARAMETERS) {
    const __global float* from =
        x + x_offset + image * X_STRIDE_IMAGE + row * X_STRIDE_ROW + column * X_STRIDE_COLUMN + channel * X_STRIDE_CHANNEL;
#pragma nounroll
    for (long c = 0; c < count; c += 16) {
        for (long i = 0; i < first; ++i) store16_private(to + i * PANEL_COLUMN_PITCH + c, (float16)(0.0f));
        for (long i = first; i < last; ++i) {
            const float16 loaded = LOCAL(load_channels)(from + i * COLUMN_STEP * X_STRIDE_COLUMN + c * X_STRIDE_CHANNEL, count - c);
            const int lanes = CHANNEL_TAIL && count - c < 16 ? CHANNEL_TAIL : 16;
            store16_private(to + i * PANEL_COLUMN_PITCH + c,
                            LOCAL(prologue)(loaded, image, channel + c, row, column + i * COLUMN_STEP, lanes, ARGUMENTS));
        }
        for (long i = last; i < SET_COLUMNS; ++i) store16_private(to + i * PANEL_COLUMN_PITCH + c, (float16)(0.0f));
    }
}
#else
/// Columns [first, last) of 16, of which `needed` are there; the others are zero.
ALWAYS_INLINE float16 LOCAL(load_columns)(const __global float* p, const long first, const long last) {
    if (first <= 0 && last >= 16) return load16_strided(p, COLUMN_STEP * X_STRIDE_COLUMN, 16);
    float lanes[16];
    for (int i = 0; i < 16; ++i) lanes[i] = i >= first && i < last ? p[i * (COLUMN_STEP * X_STRIDE_COLUMN)] : 0.0f;
    return (float16)(lanes[0], lanes[1], lanes[2], lanes[3], lanes[4], lanes[5], lanes[6], lanes[7], lanes[8], lanes[9],
                     lanes[10], lanes[11], lanes[12], lanes[13], lanes[14], lanes[15]);
}

ALWAYS_INLINE void LOCAL(pack_set)(float* to, const long image, const long channel, const long count, const long row,
                                   const long column, const long first, const long last, PARAMETERS) {
    const __global float* from =
        x + x_offset + image * X_STRIDE_IMAGE + row * X_STRIDE_ROW + column * X_STRIDE_COLUMN + channel * X_STRIDE_CHANNEL;
    const int16 index = (int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
#pragma nounroll
    for (long c = 0; c < count; ++c) {
        for (long i = 0; i < SET_COLUMNS; i += 16) {
            const int begin = (int)(first - i), end = (int)(last - i);
            const float16 loaded = LOCAL(load_columns)(
                from + i * COLUMN_STEP * X_STRIDE_COLUMN + c * X_STRIDE_CHANNEL, begin, end);
            const float16 value =
                LOCAL(prologue)(loaded, image, channel + c, row, column + i * COLUMN_STEP, 16, ARGUMENTS);
            store16_private(to + c * PANEL_CHANNEL_PITCH + i, index >= begin && index < end ? value : (float16)(0.0f));
        }
    }
}
#endif

/// Channels [channel, channel + count) of the tile whose first input pixel is (row, column), which may lie in the padding.
ALWAYS_INLINE void LOCAL(pack)(float* panel, const long image, const long channel, const long count, const long row,
                               const long column, PARAMETERS) {
#pragma nounroll
    for (long r = 0; r < PANEL_ROWS; ++r) {
        const long y_row = row + r * ROW_STEP;
#pragma nounroll
        for (long s = 0; s < SETS; ++s) {
            const long begin = column + s * SET_STEP;
            const bool inside = y_row >= 0 && y_row < X_HEIGHT;
            const long first = inside ? LOCAL(columns_before)(begin, 0) : SET_COLUMNS;
            const long last = inside ? LOCAL(columns_before)(begin, X_WIDTH) : SET_COLUMNS;
            LOCAL(pack_set)(panel + r * PANEL_ROW_PITCH + s * PANEL_SET_PITCH, image, channel, count, y_row, begin, first,
                            last, ARGUMENTS);
        }
    }
}
