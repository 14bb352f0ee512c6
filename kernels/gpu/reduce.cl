// SPDX-License-Identifier: Apache-2.0
// Reductions: RANK loops over the results, FOLD_RANK loops over the `elements` of each.
#include "parts.cl"
#include "../reduce_kind.cl"
#include "../walk.cl"

/// The part's share of the elements of the result at `from`.
ALWAYS_INLINE float LOCAL(fold)(PARAMETERS, const int pass, const INDEX from, const float shift) {
    const INDEX extents[] = FOLD_EXTENTS;
    const INDEX strides[] = FOLD_STRIDES;
    float total = LOCAL(initial)(pass);
    for (INDEX begin = PART; begin < elements; begin += RUN * PARTS) {
        const INDEX end = LEAST((INDEX)elements, begin + RUN * PARTS);
        float run = LOCAL(initial)(pass);
        for (INDEX i = begin; i < end; i += PARTS) {
            INDEX index[FOLD_RANK];
            LOCAL(walk_to)(FOLD_RANK, extents, i, index);
            const float value = x[x_offset + from + LOCAL(walk_offset)(FOLD_RANK, strides, index)];
            run = LOCAL(combined)(pass, run, LOCAL(mapped)(pass, value, shift));
        }
        total = LOCAL(combined)(pass, total, run);
    }
    return total;
}

ALWAYS_INLINE float LOCAL(join)(const int pass, const float a, const float b) { return LOCAL(combined)(pass, a, b); }

/// A tile is RESULTS results.
ALWAYS_INLINE void TILE(PARAMETERS, __local float* scratch, const long tile) {
    const INDEX extents[] = EXTENTS;
    const INDEX x_strides[] = X_STRIDES;
    const INDEX y_strides[] = Y_STRIDES;
    const INDEX own = (INDEX)tile * RESULTS + RESULT;
    // All work-items of a group meet at its barriers: those past the last result fold it once more.
    const INDEX result = LEAST(own, (INDEX)results - 1);
    INDEX index[RANK];
    LOCAL(walk_to)(RANK, extents, result, index);
    const INDEX from = LOCAL(walk_offset)(RANK, x_strides, index);
    float shift = 0.0f;
    if (SHIFTED) {
        const float part = LOCAL(fold)(ARGUMENTS, LOCAL(maximum_pass), from, shift);
        shift = LOCAL(shift_of)(LOCAL(joined)(LOCAL(maximum_pass), scratch, part));
    }
    const float part = LOCAL(fold)(ARGUMENTS, LOCAL(main_pass), from, shift);
    const float total = LOCAL(joined)(LOCAL(main_pass), scratch, part);
    if (PART == 0 && own < results) {
        y[y_offset + LOCAL(walk_offset)(RANK, y_strides, index)] = LOCAL(finished)(total, shift, elements);
    }
}
