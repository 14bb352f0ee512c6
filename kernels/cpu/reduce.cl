// SPDX-License-Identifier: Apache-2.0
// Reductions whose lanes are results: each lane folds the elements of its own result, FOLD_RANK loops around one of `steps`
// elements. Compiled in: the kind, the number of loops, and whether lanes are neighbours.
#include "lanes.cl"
#include "../reduce_kind.cl"
#include "../walk.cl"

/// Folds VECTORS or fewer vectors of lanes from element `at` of x on.
ALWAYS_INLINE void LOCAL(fold)(PARAMETERS, const int pass, const long at, const int vectors, const int count,
                               const float16* shift, float16* total) {
    const long extents[] = FOLD_EXTENTS;
    const long strides[] = FOLD_STRIDES;
    long index[FOLD_RANK] = {0};
    for (int v = 0; v < vectors; ++v) total[v] = LOCAL(initial)(pass);
    for (long fold = 0; fold < folds; ++fold) {
        const long base = at + LOCAL(walk_offset)(FOLD_RANK, strides, index);
        for (long begin = 0; begin < steps; begin += RUN) {
            const long end = min(begin + RUN, steps);
            float16 run[VECTORS];
            for (int v = 0; v < vectors; ++v) run[v] = LOCAL(initial)(pass);
            for (long i = begin; i < end; ++i) {
                for (int v = 0; v < vectors; ++v) {
                    const float16 value = LOCAL(load_lanes)(x + (base + i * step + v * 16 * x_lane), x_lane, count);
                    run[v] = LOCAL(combined)(pass, run[v], LOCAL(mapped)(pass, value, shift[v]));
                }
            }
            for (int v = 0; v < vectors; ++v) total[v] = LOCAL(combined)(pass, total[v], run[v]);
        }
        LOCAL(walk_on)(FOLD_RANK, extents, index);
    }
}

ALWAYS_INLINE void LOCAL(reduce_lanes)(PARAMETERS, const long from, const long to, const int vectors, const int count) {
    float16 shift[VECTORS], total[VECTORS];
    for (int v = 0; v < vectors; ++v) shift[v] = (float16)(0.0f);
    if (SHIFTED) {
        LOCAL(fold)(ARGUMENTS, LOCAL(maximum_pass), from, vectors, count, shift, total);
        for (int v = 0; v < vectors; ++v) shift[v] = LOCAL(shift_of)(total[v]);
    }
    LOCAL(fold)(ARGUMENTS, LOCAL(main_pass), from, vectors, count, shift, total);
    for (int v = 0; v < vectors; ++v) {
        const float16 result = LOCAL(finished)(total[v], shift[v], folds * steps);
        LOCAL(store_lanes)(y + (to + v * 16 * y_lane), y_lane, result, count);
    }
}

/// A tile is `block` rows of results by `chunk` lanes.
static WIDE_VECTORS void TILE(PARAMETERS, const long tile) {
    const long extents[] = EXTENTS;
    const long x_strides[] = X_STRIDES;
    const long y_strides[] = Y_STRIDES;
    const long first = tile / chunks * block, begin = tile % chunks * chunk;
    const long last = min(first + block, rows), end = min(begin + chunk, length);
    long index[RANK];
    LOCAL(walk_to)(RANK, extents, first, index);
    for (long row = first; row < last; ++row) {
        const long from = x_offset + LOCAL(walk_offset)(RANK, x_strides, index);
        const long to = y_offset + LOCAL(walk_offset)(RANK, y_strides, index);
        long i = begin;
        for (; i + VECTORS * 16 <= end; i += VECTORS * 16) {
            LOCAL(reduce_lanes)(ARGUMENTS, from + i * x_lane, to + i * y_lane, VECTORS, 16);
        }
        for (; i < end; i += 16) {
            LOCAL(reduce_lanes)(ARGUMENTS, from + i * x_lane, to + i * y_lane, 1, (int)min(end - i, 16l));
        }
        LOCAL(walk_on)(RANK, extents, index);
    }
}
