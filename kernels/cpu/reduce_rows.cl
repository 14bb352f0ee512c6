// SPDX-License-Identifier: Apache-2.0
// Reductions along the lanes: all vectors of a result's elements fold into one, and its lanes into one element. FOLD_RANK loops
// stand around the one that runs in vectors.
#include "lanes.cl"
#include "../reduce_kind.cl"
#include "../walk.cl"

ALWAYS_INLINE float16 LOCAL(across_lanes)(const int pass, float16 v) {
    v = LOCAL(combined)(pass, v, v.s89abcdef01234567);
    v = LOCAL(combined)(pass, v, v.s456789abcdef0123);
    v = LOCAL(combined)(pass, v, v.s23456789abcdef01);
    return LOCAL(combined)(pass, v, v.s123456789abcdef0);
}

/// Elements [begin, end) of the loop in vectors; `base` is its first.
ALWAYS_INLINE float16 LOCAL(fold_run)(PARAMETERS, const int pass, const long base, const long begin, const long end,
                                      const float16 shift) {
    const int16 lane = (int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    float16 run[4];
    for (int v = 0; v < 4; ++v) run[v] = LOCAL(initial)(pass);
    long i = begin;
    for (; i + 64 <= end; i += 64) {
        for (int v = 0; v < 4; ++v) {
            const float16 value = LOCAL(load_lanes)(x + (base + (i + v * 16) * x_lane), x_lane, 16);
            run[v] = LOCAL(combined)(pass, run[v], LOCAL(mapped)(pass, value, shift));
        }
    }
    for (; i < end; i += 16) {
        const int count = (int)min(end - i, 16l);
        const float16 value = LOCAL(load_lanes)(x + (base + i * x_lane), x_lane, count);
        const float16 mapped = LOCAL(mapped)(pass, value, shift);
        run[0] = LOCAL(combined)(pass, run[0], lane < (int16)(count) ? mapped : LOCAL(initial)(pass));
    }
    return LOCAL(combined)(pass, LOCAL(combined)(pass, run[0], run[1]), LOCAL(combined)(pass, run[2], run[3]));
}

ALWAYS_INLINE float16 LOCAL(fold)(PARAMETERS, const int pass, const long at, const float16 shift) {
    const long extents[] = FOLD_EXTENTS;
    const long strides[] = FOLD_STRIDES;
    long index[FOLD_RANK] = {0};
    float16 total = LOCAL(initial)(pass);
    for (long fold = 0; fold < folds; ++fold) {
        const long base = at + LOCAL(walk_offset)(FOLD_RANK, strides, index);
        for (long begin = 0; begin < steps; begin += RUN * 64) {
            const float16 run = LOCAL(fold_run)(ARGUMENTS, pass, base, begin, min(begin + RUN * 64, steps), shift);
            total = LOCAL(combined)(pass, total, run);
        }
        LOCAL(walk_on)(FOLD_RANK, extents, index);
    }
    return LOCAL(across_lanes)(pass, total);
}

/// A tile is `block` results.
static WIDE_VECTORS void TILE(PARAMETERS, const long tile) {
    const long extents[] = EXTENTS;
    const long x_strides[] = X_STRIDES;
    const long y_strides[] = Y_STRIDES;
    const long first = tile * block, last = min(first + block, rows);
    long index[RANK];
    LOCAL(walk_to)(RANK, extents, first, index);
    for (long row = first; row < last; ++row) {
        const long from = x_offset + LOCAL(walk_offset)(RANK, x_strides, index);
        float16 shift = (float16)(0.0f);
        if (SHIFTED) shift = LOCAL(shift_of)(LOCAL(fold)(ARGUMENTS, LOCAL(maximum_pass), from, shift));
        const float16 total = LOCAL(fold)(ARGUMENTS, LOCAL(main_pass), from, shift);
        y[y_offset + LOCAL(walk_offset)(RANK, y_strides, index)] = LOCAL(finished)(total, shift, folds * steps).s0;
        LOCAL(walk_on)(RANK, extents, index);
    }
}
