// SPDX-License-Identifier: Apache-2.0
// Softmax (LOGARITHM: its logarithm) whose lanes are 16 rows of it, `steps` elements each, x_step and y_step apart.
#include "lanes.cl"
#include "../walk.cl"

// Elements that are summed on their own: the error of the sum grows with this and the number of such runs, not their product.
#define RUN 256

ALWAYS_INLINE float16 LOCAL(greatest)(PARAMETERS, const long from, const int count) {
    float16 result = (float16)(-INFINITY);
    for (long i = 0; i < steps; ++i) {
        result = maximum(result, LOCAL(load_lanes)(x + (from + i * x_step), x_lane, count));
    }
    return result;
}

/// Sum of exp(x - greatest); the terms go to y unless their logarithms are wanted.
ALWAYS_INLINE float16 LOCAL(sum_of_powers)(PARAMETERS, const long from, const long to, const float16 greatest,
                                           const int count) {
    float16 sum = (float16)(0.0f);
    for (long begin = 0; begin < steps; begin += RUN) {
        const long end = min(begin + RUN, steps);
        float16 run = (float16)(0.0f);
        for (long i = begin; i < end; ++i) {
            const float16 power = exp(LOCAL(load_lanes)(x + (from + i * x_step), x_lane, count) - greatest);
            if (!LOGARITHM) LOCAL(store_lanes)(y + (to + i * y_step), y_lane, power, count);
            run += power;
        }
        sum += run;
    }
    return sum;
}

ALWAYS_INLINE void LOCAL(softmax_lanes)(PARAMETERS, const long from, const long to, const int count) {
    const float16 greatest = LOCAL(greatest)(ARGUMENTS, from, count);
    const float16 sum = LOCAL(sum_of_powers)(ARGUMENTS, from, to, greatest, count);
    const float16 factor = LOGARITHM ? log(sum) : 1.0f / sum;
    for (long i = 0; i < steps; ++i) {
        __global float* result = y + (to + i * y_step);
#if LOGARITHM
        const float16 v = LOCAL(load_lanes)(x + (from + i * x_step), x_lane, count) - greatest - factor;
#else
        const float16 v = LOCAL(reload_lanes)(result, y_lane, count) * factor;
#endif
        LOCAL(store_lanes)(result, y_lane, v, count);
    }
}

/// A tile is `block` rows of lanes by `chunk` lanes.
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
        for (; i + 16 <= end; i += 16) LOCAL(softmax_lanes)(ARGUMENTS, from + i * x_lane, to + i * y_lane, 16);
        if (i < end) LOCAL(softmax_lanes)(ARGUMENTS, from + i * x_lane, to + i * y_lane, (int)(end - i));
        LOCAL(walk_on)(RANK, extents, index);
    }
}
