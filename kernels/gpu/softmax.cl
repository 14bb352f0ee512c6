// SPDX-License-Identifier: Apache-2.0
// Softmax (LOGARITHM: its logarithm): RANK loops over the rows, `steps` elements in each, x_step and y_step apart.
#include "parts.cl"
#include "../walk.cl"

enum { LOCAL(maximum_pass), LOCAL(sum_pass) };

ALWAYS_INLINE float LOCAL(greatest)(PARAMETERS, const INDEX from) {
    float result = -INFINITY;
    for (INDEX i = PART; i < steps; i += PARTS) result = maximum(result, x[x_offset + from + i * (INDEX)x_step]);
    return result;
}

/// Sum of exp(x - greatest); the terms go to y unless their logarithms are wanted.
ALWAYS_INLINE float LOCAL(sum_of_powers)(PARAMETERS, const INDEX from, const INDEX to, const float greatest, const bool stores) {
    float sum = 0.0f;
    for (INDEX begin = PART; begin < steps; begin += RUN * PARTS) {
        const INDEX end = LEAST((INDEX)steps, begin + RUN * PARTS);
        float run = 0.0f;
        for (INDEX i = begin; i < end; i += PARTS) {
            const float power = exp(x[x_offset + from + i * (INDEX)x_step] - greatest);
            if (!LOGARITHM && stores) y[y_offset + to + i * (INDEX)y_step] = power;
            run += power;
        }
        sum += run;
    }
    return sum;
}

ALWAYS_INLINE float LOCAL(join)(const int pass, const float a, const float b) {
    return pass == LOCAL(sum_pass) ? a + b : maximum(a, b);
}

/// A tile is RESULTS rows.
ALWAYS_INLINE void TILE(PARAMETERS, __local float* scratch, const long tile) {
    const INDEX extents[] = EXTENTS;
    const INDEX x_strides[] = X_STRIDES;
    const INDEX y_strides[] = Y_STRIDES;
    const INDEX own = (INDEX)tile * RESULTS + RESULT;
    // All work-items of a group meet at its barriers: those past the last row read it once more and store nothing.
    const bool stores = own < rows;
    INDEX index[RANK];
    LOCAL(walk_to)(RANK, extents, LEAST(own, (INDEX)rows - 1), index);
    const INDEX from = LOCAL(walk_offset)(RANK, x_strides, index);
    const INDEX to = LOCAL(walk_offset)(RANK, y_strides, index);
    const float greatest = LOCAL(joined)(LOCAL(maximum_pass), scratch, LOCAL(greatest)(ARGUMENTS, from));
    const float part = LOCAL(sum_of_powers)(ARGUMENTS, from, to, greatest, stores);
    const float sum = LOCAL(joined)(LOCAL(sum_pass), scratch, part);
    const float factor = LOGARITHM ? log(sum) : 1.0f / sum;
    if (!stores) return;
    for (INDEX i = PART; i < steps; i += PARTS) {
        __global float* result = y + (y_offset + to + i * (INDEX)y_step);
#if LOGARITHM
        *result = x[x_offset + from + i * (INDEX)x_step] - greatest - factor;
#else
        *result *= factor;
#endif
    }
}
