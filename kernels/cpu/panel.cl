// SPDX-License-Identifier: Apache-2.0
// Brings the input pixels of one tile into private memory, the prologue applied once; padding is zero after it.
// The panel has PANEL_ROWS rows; a row has SETS sets of SET_COLUMNS columns (one set that all taps share, or one a tap).
// CHANNEL_LANES 1: panel[row][set][column][channel], vectors along channels; 0: panel[row][channel][set][column].
// The channels may lie in several segments, each a view of its own: X_SEGMENTS is a list of
// SEGMENT(pointer, first channel, end, stride of an image, channel, row, column, channels in its last vector where that is
// known, 0 for a whole one, or else -1).
// Constants: X_SEGMENTS, SETS, COLUMN_STEP (of the input), PANEL_CHANNEL_PITCH, PANEL_COLUMN_PITCH (floats), PROLOGUE_BODY.
// Numbers of the step: X_HEIGHT, X_WIDTH, PANEL_ROWS, SET_COLUMNS, ROW_STEP, SET_STEP (of the input), PANEL_ROW_PITCH (a constant
// where a tile has several rows), PANEL_SET_PITCH (floats), NEXT_COLUMNS: from this tile to the one that is likely to follow.

/// The element after the prologue; its channel (column where CHANNEL_LANES is 0) is that of lane 0.
ALWAYS_INLINE float16 LOCAL(prologue)(const float16 x0, const long image, const long channel, const long row,
                                      const long column, const int lanes, PARAMETERS) {
    PROLOGUE_BODY
}

/// Where lanes are columns, a set has room for whole vectors of them, which are read as such as far as the image goes.
#define SET_ROOM (CHANNEL_LANES ? SET_COLUMNS : (SET_COLUMNS + 15) / 16 * 16)

/// How many of the columns begin, begin + COLUMN_STEP, ... lie before `end`, at most `room`.
ALWAYS_INLINE long LOCAL(columns_before)(const long begin, const long end, const long room) {
    const long count = (end - begin + COLUMN_STEP - 1) / COLUMN_STEP;
    return end <= begin ? 0 : (count < room ? count : room);
}

#if CHANNEL_LANES
/// Columns [begin, end) of a set, which lie in the padding. `tail` as in SEGMENT.
ALWAYS_INLINE void LOCAL(clear_columns)(float* to, const int tail, const long count, const long begin, const long end) {
#pragma nounroll
    for (long i = begin; i < end; ++i) {
#pragma nounroll
        for (long c = 0; c < count; c += 16) {
            const int stored = tail < 0 && count - c < 16 ? (int)(count - c) : 16;
            store16_private_partial(to + i * PANEL_COLUMN_PITCH + c, (float16)(0.0f), stored);
        }
    }
}

/// Channels from `channel` on of one set of columns of one row, a column after another, since its channels lie together;
/// columns [first, last) lie inside the image. `tail` as in SEGMENT: where it is -1 the lanes after the last channel belong
/// to the next segment.
ALWAYS_INLINE void LOCAL(pack_set)(float* to, const __global float* from, const long stride_channel, const long stride_column,
                                   const int tail, const long image, const long channel, const long count, const long row,
                                   const long column, const long first, const long last, PARAMETERS) {
    LOCAL(clear_columns)(to, tail, count, 0, first);
    LOCAL(clear_columns)(to, tail, count, last, SET_COLUMNS);
    // Where a column is one vector the loop over its channels costs as much as packing them.
    const long whole = tail != 0 ? count / 16 * 16 : (PANEL_COLUMN_PITCH == 16 ? 16 : count);
#pragma nounroll
    for (long i = first; i < last; ++i) {
        const __global float* vector = from + i * COLUMN_STEP * stride_column;
        float* pixel = to + i * PANEL_COLUMN_PITCH;
#pragma nounroll
        for (long c = 0; c < whole; c += 16) {
            const float16 loaded = load16_strided(vector + c * stride_channel, stride_channel, 16);
            if (stride_channel == 1) PREFETCH_READ(vector + c + NEXT_COLUMNS * stride_column);
            store16_private(pixel + c,
                            LOCAL(prologue)(loaded, image, channel + c, row, column + i * COLUMN_STEP, 16, ARGUMENTS));
        }
        if (tail == 0 || whole == count) continue;
        const int lanes = tail > 0 ? tail : (int)(count - whole);
        const float16 loaded = load16_strided(vector + whole * stride_channel, stride_channel, lanes);
        const float16 value =
            LOCAL(prologue)(loaded, image, channel + whole, row, column + i * COLUMN_STEP, lanes, ARGUMENTS);
        store16_private_partial(pixel + whole, value, tail < 0 ? lanes : 16);
    }
}
#else
ALWAYS_INLINE float16 LOCAL(load_columns)(const __global float* p, const long step) {
    if (step == 2) return (float16)(load16(p).even, load16(p + 15).odd);
    return load16_strided(p, step, 16);
}

/// Lanes [begin, end) from p[lane * step], zero in the others.
ALWAYS_INLINE void LOCAL(store_edge)(float* to, const __global float* p, const long step, const long begin, const long end) {
    store16_private(to, 0.0f);
#pragma nounroll
    for (long i = begin > 0 ? begin : 0; i < (end < 16 ? end : 16); ++i) to[i] = p[i * step];
}

ALWAYS_INLINE void LOCAL(pack_set)(float* to, const __global float* from, const long stride_channel, const long stride_column,
                                   const int tail, const long image, const long channel, const long count, const long row,
                                   const long column, const long first, const long last, PARAMETERS) {
    const int16 index = (int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const long step = COLUMN_STEP * stride_column;
    const long whole_begin = (first + 15) / 16 * 16;
    const long whole_end = last / 16 * 16;
#pragma nounroll
    for (long c = 0; c < count; ++c) {
        const __global float* row_of_channel = from + c * stride_channel;
        float* lanes = to + c * PANEL_CHANNEL_PITCH;
#pragma nounroll
        for (long i = whole_begin; i < whole_end; i += 16) {
            const __global float* vector = row_of_channel + i * step;
            PREFETCH_READ(vector + NEXT_COLUMNS * stride_column);
            store16_private(lanes + i, LOCAL(prologue)(LOCAL(load_columns)(vector, step), image, channel + c, row,
                                                       column + i * COLUMN_STEP, 16, ARGUMENTS));
        }
#pragma nounroll
        for (long i = 0; i < SET_COLUMNS; i += 16) {
            if (i >= whole_begin && i < whole_end) i = whole_end;
            if (i >= SET_COLUMNS) break;
            const int begin = (int)(first - i), end = (int)(last - i);
            LOCAL(store_edge)(lanes + i, row_of_channel + i * step, step, begin, end);
            const float16 value = LOCAL(prologue)(*(const float16_any*)(lanes + i), image, channel + c, row,
                                                  column + i * COLUMN_STEP, 16, ARGUMENTS);
            store16_private(lanes + i, index >= begin && index < end ? value : (float16)(0.0f));
        }
    }
}
#endif

#if CHANNEL_LANES
#define PANEL_CHANNEL_STEP 1
#else
#define PANEL_CHANNEL_STEP PANEL_CHANNEL_PITCH
#endif

/// The channels of a segment that lie in [channel, channel + count), packed where they belong.
#define SEGMENT(from, segment_begin, segment_end, stride_image, stride_channel, stride_row, stride_column, tail)              \
    {                                                                                                                        \
        const long low = channel > segment_begin ? channel : segment_begin;                                                  \
        const long high = channel + count < segment_end ? channel + count : segment_end;                                     \
        if (low < high) {                                                                                                    \
            LOCAL(pack_set)(to + (low - channel) * PANEL_CHANNEL_STEP,                                                       \
                            from + from##_offset + image * stride_image + y_row * stride_row + begin * stride_column +       \
                                (low - segment_begin) * stride_channel,                                                      \
                            stride_channel, stride_column, tail, image, low, high - low, y_row, begin, first, last,          \
                            ARGUMENTS);                                                                                      \
        }                                                                                                                    \
    }

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
            const long first = inside ? LOCAL(columns_before)(begin, 0, SET_ROOM) : SET_ROOM;
            const long last = inside ? LOCAL(columns_before)(begin, X_WIDTH, SET_ROOM) : SET_ROOM;
            float* to = panel + r * PANEL_ROW_PITCH + s * PANEL_SET_PITCH;
            X_SEGMENTS
        }
    }
}
