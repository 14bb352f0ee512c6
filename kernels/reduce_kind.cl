// SPDX-License-Identifier: Apache-2.0
// What a reduction does with its elements, from the constants INITIAL, MAPPED (of v and shift), COMBINED (of a and b) and
// FINISHED (of v, shift and elements). SHIFTED kinds run a first pass for the greatest element, the shift of the second.

enum { LOCAL(maximum_pass), LOCAL(main_pass) };

// Elements a lane folds on their own before they join the others: the error of a sum grows with the length of a run plus the
// number of runs, not with the product.
#define RUN 256

ALWAYS_INLINE VALUE LOCAL(initial)(const int pass) {
    return (VALUE)(pass == LOCAL(maximum_pass) ? -INFINITY : INITIAL);
}

ALWAYS_INLINE VALUE LOCAL(mapped)(const int pass, const VALUE v, const VALUE shift) {
    return pass == LOCAL(maximum_pass) ? v : MAPPED;
}

ALWAYS_INLINE VALUE LOCAL(combined)(const int pass, const VALUE a, const VALUE b) {
    if (pass == LOCAL(maximum_pass)) return a > b ? a : b;
    return COMBINED;
}

ALWAYS_INLINE VALUE LOCAL(finished)(const VALUE v, const VALUE shift, const long elements) { return FINISHED; }

/// A greatest element that is infinite would turn every difference into NaN.
ALWAYS_INLINE VALUE LOCAL(shift_of)(const VALUE greatest) { return isinf(greatest) ? (VALUE)(0.0f) : greatest; }
