// SPDX-License-Identifier: Apache-2.0
// Softmax (LOGARITHM: its logarithm) along the lanes: a row of `steps` elements runs in vectors.
// Powers of a short row stay private until they are scaled: y may be far from its neighbours.
#include "lanes.cl"
#include "../walk.cl"

#define MOST_HELD 1024

ALWAYS_INLINE float LOCAL(greatest)(PARAMETERS, const long from) {
    const int16 lane = (int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    float16 v = (float16)(-INFINITY);
    long i = 0;
    for (; i + 16 <= steps; i += 16) v = maximum(v, LOCAL(load_lanes)(x + (from + i * x_lane), x_lane, 16));
    if (i < steps) {
        const int count = (int)(steps - i);
        const float16 rest = LOCAL(load_lanes)(x + (from + i * x_lane), x_lane, count);
        v = maximum(v, lane < (int16)(count) ? rest : v);
    }
    v = maximum(v, v.s89abcdef01234567);
    v = maximum(v, v.s456789abcdef0123);
    v = maximum(v, v.s23456789abcdef01);
    return maximum(v, v.s123456789abcdef0).s0;
}

ALWAYS_INLINE void LOCAL(keep_power)(PARAMETERS, const long to, float* held, const long i, const float16 power,
                                     const int count) {
    if (LOGARITHM) return;
    if (held) store16_private(held + i, power); else LOCAL(store_lanes)(y + (to + i * y_lane), y_lane, power, count);
}

/// Sum of exp(x - greatest); the terms go to `held`, or to y where that is null, unless their logarithms are wanted.
ALWAYS_INLINE float LOCAL(sum_of_powers)(PARAMETERS, const long from, const long to, const float greatest, float* held) {
    const int16 lane = (int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    float16 v = (float16)(0.0f);
    long i = 0;
    for (; i + 16 <= steps; i += 16) {
        const float16 power = exp(LOCAL(load_lanes)(x + (from + i * x_lane), x_lane, 16) - greatest);
        LOCAL(keep_power)(ARGUMENTS, to, held, i, power, 16);
        v += power;
    }
    if (i < steps) {
        const int count = (int)(steps - i);
        const float16 power = exp(LOCAL(load_lanes)(x + (from + i * x_lane), x_lane, count) - greatest);
        LOCAL(keep_power)(ARGUMENTS, to, held, i, power, count);
        v += lane < (int16)(count) ? power : (float16)(0.0f);
    }
    v += v.s89abcdef01234567;
    v += v.s456789abcdef0123;
    v += v.s23456789abcdef01;
    return v.s0 + v.s1;
}

ALWAYS_INLINE void LOCAL(scale)(PARAMETERS, const long from, const long to, const float greatest, const float factor,
                                const float* held, const long i, const int count) {
    __global float* result = y + (to + i * y_lane);
#if LOGARITHM
    const float16 v = LOCAL(load_lanes)(x + (from + i * x_lane), x_lane, count) - greatest - factor;
#else
    const float16 power = held ? *(const float16_any*)(held + i) : LOCAL(reload_lanes)(result, y_lane, count);
    const float16 v = power * factor;
#endif
    LOCAL(store_lanes)(result, y_lane, v, count);
}

/// A tile is `block` rows.
static WIDE_VECTORS void TILE(PARAMETERS, const long tile) {
    const long extents[] = EXTENTS;
    const long x_strides[] = X_STRIDES;
    const long y_strides[] = Y_STRIDES;
    const long first = tile * block, last = min(first + block, rows);
    float powers[MOST_HELD];
    float* held = !LOGARITHM && steps <= MOST_HELD ? powers : 0;
    long index[RANK];
    LOCAL(walk_to)(RANK, extents, first, index);
    for (long row = first; row < last; ++row) {
        const long from = x_offset + LOCAL(walk_offset)(RANK, x_strides, index);
        const long to = y_offset + LOCAL(walk_offset)(RANK, y_strides, index);
        const float greatest = LOCAL(greatest)(ARGUMENTS, from);
        const float sum = LOCAL(sum_of_powers)(ARGUMENTS, from, to, greatest, held);
        const float factor = LOGARITHM ? log(sum) : 1.0f / sum;
        long i = 0;
        for (; i + 16 <= steps; i += 16) LOCAL(scale)(ARGUMENTS, from, to, greatest, factor, held, i, 16);
        if (i < steps) LOCAL(scale)(ARGUMENTS, from, to, greatest, factor, held, i, (int)(steps - i));
        LOCAL(walk_on)(RANK, extents, index);
    }
}
