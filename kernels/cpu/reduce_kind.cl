// SPDX-License-Identifier: Apache-2.0
// What a reduction does with its elements, from the constants INITIAL, MAPPED (of v and shift), COMBINED (of a and b) and
// FINISHED (of v, shift and elements). SHIFTED kinds run a first pass for the greatest element, the shift of the second.

enum { LOCAL(maximum_pass), LOCAL(main_pass) };

// Elements a lane folds on their own before they join the others: the error of a sum grows with the length of a run plus the
// number of runs, not with the product.
#define RUN 256

ALWAYS_INLINE float16 LOCAL(initial)(const int pass) {
    return (float16)(pass == LOCAL(maximum_pass) ? -INFINITY : INITIAL);
}

ALWAYS_INLINE float16 LOCAL(mapped)(const int pass, const float16 v, const float16 shift) {
    return pass == LOCAL(maximum_pass) ? v : MAPPED;
}

ALWAYS_INLINE float16 LOCAL(combined)(const int pass, const float16 a, const float16 b) {
    if (pass == LOCAL(maximum_pass)) return a > b ? a : b;
    return COMBINED;
}

ALWAYS_INLINE float16 LOCAL(finished)(const float16 v, const float16 shift, const long elements) { return FINISHED; }

/// A greatest element that is infinite would turn every difference into NaN.
ALWAYS_INLINE float16 LOCAL(shift_of)(const float16 greatest) { return isinf(greatest) ? (float16)(0.0f) : greatest; }
