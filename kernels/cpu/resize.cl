// SPDX-License-Identifier: Apache-2.0
// Linear resizing along any axes. Of the RANK loops around the lanes the last RESIZED read between two elements: `table` holds
// the lower elements from LOW_STARTS on, the higher ones from HIGH_STARTS, the higher one's share from SHARE_STARTS. An output is
// the sum of CORNERS (2 to the power of RESIZED) elements of x; with LANES_RESIZED the lanes too read between two.
#include "lanes.cl"
#include "../walk.cl"

/// The corners that a row reads from: elements of x, and what each counts for.
ALWAYS_INLINE void LOCAL(find_corners)(PARAMETERS, const long* index, long* at, float* weight) {
    const long strides[] = X_STRIDES;
    const long low_starts[] = LOW_STARTS;
    const long high_starts[] = HIGH_STARTS;
    const long share_starts[] = SHARE_STARTS;
    const __global float* entries = table + table_offset;
    const long base = x_offset + LOCAL(walk_offset)(RANK - RESIZED, strides, index);
#pragma unroll
    for (int corner = 0; corner < CORNERS; ++corner) {
        at[corner] = base;
        weight[corner] = 1.0f;
#pragma unroll
        for (int axis = 0; axis < RESIZED; ++axis) {
            const long i = index[RANK - RESIZED + axis];
            const float share = entries[share_starts[axis] + i];
            const bool is_high = corner >> axis & 1;
            const long source = as_int(entries[(is_high ? high_starts[axis] : low_starts[axis]) + i]);
            at[corner] += source * strides[RANK - RESIZED + axis];
            weight[corner] *= is_high ? share : 1.0f - share;
        }
    }
}

#if LANES_RESIZED
/// Lane i from element map[i] of the row of x at `from`.
ALWAYS_INLINE float16 LOCAL(pick)(const __global float* from, const __global float* map, const long lane, const int count) {
    float lanes[16];
    for (int i = 0; i < 16; ++i) lanes[i] = i < count ? from[as_int(map[i]) * lane] : 0.0f;
    return (float16)(lanes[0], lanes[1], lanes[2], lanes[3], lanes[4], lanes[5], lanes[6], lanes[7], lanes[8], lanes[9],
                     lanes[10], lanes[11], lanes[12], lanes[13], lanes[14], lanes[15]);
}

ALWAYS_INLINE float16 LOCAL(row_lanes)(PARAMETERS, const long at, const long i, const int count) {
    const __global float* entries = table + (table_offset + i);
    const float16 low = LOCAL(pick)(x + at, entries + lanes_low, x_lane, count);
    const float16 high = LOCAL(pick)(x + at, entries + lanes_high, x_lane, count);
    const float16 share = load16_partial(entries + lanes_share, count);
    return fma(high, share, low * (1.0f - share));
}
#else
ALWAYS_INLINE float16 LOCAL(row_lanes)(PARAMETERS, const long at, const long i, const int count) {
    return LOCAL(load_lanes)(x + (at + i * x_lane), x_lane, count);
}
#endif

ALWAYS_INLINE float16 LOCAL(resized)(PARAMETERS, const long* at, const float* weight, const long i, const int count) {
    float16 sum = LOCAL(row_lanes)(ARGUMENTS, at[0], i, count) * weight[0];
#pragma unroll
    for (int c = 1; c < CORNERS; ++c) {
        sum = fma(LOCAL(row_lanes)(ARGUMENTS, at[c], i, count), (float16)(weight[c]), sum);
    }
    return sum;
}

/// A tile is `block` rows by `chunk` lanes.
static WIDE_VECTORS void TILE(PARAMETERS, const long tile) {
    const long extents[] = EXTENTS;
    const long y_strides[] = Y_STRIDES;
    const long first = tile / chunks * block, begin = tile % chunks * chunk;
    const long last = min(first + block, rows), end = min(begin + chunk, length);
    long index[RANK];
    LOCAL(walk_to)(RANK, extents, first, index);
    for (long row = first; row < last; ++row) {
        long at[CORNERS];
        float weight[CORNERS];
        LOCAL(find_corners)(ARGUMENTS, index, at, weight);
        __global float* to = y + (y_offset + LOCAL(walk_offset)(RANK, y_strides, index));
        long i = begin;
        for (; i + 16 <= end; i += 16) {
            LOCAL(store_lanes)(to + i * y_lane, y_lane, LOCAL(resized)(ARGUMENTS, at, weight, i, 16), 16);
        }
        if (i < end) {
            const int count = (int)(end - i);
            LOCAL(store_lanes)(to + i * y_lane, y_lane, LOCAL(resized)(ARGUMENTS, at, weight, i, count), count);
        }
        LOCAL(walk_on)(RANK, extents, index);
    }
}
