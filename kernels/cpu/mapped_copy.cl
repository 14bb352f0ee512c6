// SPDX-License-Identifier: Apache-2.0
// y[i, j, ...] = x[map(i), map(j), ...], or `fill` where a map says -1: padding, nearest resizing. MAP_STARTS holds for each loop
// where its map begins in `table`, -1 for one without. Extents, strides and maps are arguments; compiled in are the number of
// loops, whether the lanes have a map (LANES_MAPPED), and whether they are neighbours.
#include "lanes.cl"
#include "../walk.cl"

/// Element of x that the loops stand at; `outside` where a map says so.
ALWAYS_INLINE long LOCAL(source)(PARAMETERS, const long* index, bool* outside) {
    const long strides[] = X_STRIDES;
    const long starts[] = MAP_STARTS;
    long offset = x_offset;
    *outside = false;
    for (int axis = 0; axis < RANK; ++axis) {
        long i = index[axis];
        if (starts[axis] >= 0) i = as_int(table[table_offset + starts[axis] + i]);
        *outside |= i < 0;
        offset += i * strides[axis];
    }
    return offset;
}

#if LANES_MAPPED
/// Lanes [i, i + count) of the row of x at `from`.
ALWAYS_INLINE float16 LOCAL(mapped_lanes)(PARAMETERS, const long from, const long i, const int count) {
    const int16 ramp = (int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __global float* map = table + (table_offset + lanes_start + i);
    const int16 source = as_int16(load16_partial(map, count));
    if (X_NEIGHBOURS && count == 16 && source.s0 >= 0 && all(source == source.s0 + ramp)) return load16(x + from + source.s0);
    float lanes[16];
    for (int lane = 0; lane < 16; ++lane) {
        const int at = lane < count ? as_int(map[lane]) : -1;
        lanes[lane] = at < 0 ? FILL : x[from + at * x_lane];
    }
    return (float16)(lanes[0], lanes[1], lanes[2], lanes[3], lanes[4], lanes[5], lanes[6], lanes[7], lanes[8], lanes[9],
                     lanes[10], lanes[11], lanes[12], lanes[13], lanes[14], lanes[15]);
}
#else
ALWAYS_INLINE float16 LOCAL(mapped_lanes)(PARAMETERS, const long from, const long i, const int count) {
    return LOCAL(load_lanes)(x + (from + i * x_lane), x_lane, count);
}
#endif

/// A tile is `block` rows by `chunk` lanes.
static WIDE_VECTORS void TILE(PARAMETERS, const long tile) {
    const long extents[] = EXTENTS;
    const long y_strides[] = Y_STRIDES;
    const long first = tile / chunks * block, begin = tile % chunks * chunk;
    const long last = min(first + block, rows), end = min(begin + chunk, length);
    long index[RANK];
    LOCAL(walk_to)(RANK, extents, first, index);
    for (long row = first; row < last; ++row) {
        bool outside;
        const long from = LOCAL(source)(ARGUMENTS, index, &outside);
        __global float* to = y + (y_offset + LOCAL(walk_offset)(RANK, y_strides, index));
        if (outside) {
            for (long i = begin; i < end; i += 16) {
                LOCAL(store_lanes)(to + i * y_lane, y_lane, (float16)(FILL), (int)min(end - i, 16l));
            }
        } else {
            long i = begin;
            for (; i + 16 <= end; i += 16) {
                LOCAL(store_lanes)(to + i * y_lane, y_lane, LOCAL(mapped_lanes)(ARGUMENTS, from, i, 16), 16);
            }
            if (i < end) {
                const int count = (int)(end - i);
                LOCAL(store_lanes)(to + i * y_lane, y_lane, LOCAL(mapped_lanes)(ARGUMENTS, from, i, count), count);
            }
        }
        LOCAL(walk_on)(RANK, extents, index);
    }
}
