// SPDX-License-Identifier: Apache-2.0
// A group of RESULTS results with PARTS work-items each, which go through the result's elements in turn and then join what they
// have. PARTS_ADJACENT: the parts of a result are neighbours (its elements are), or else the results are.
#define RESULTS (ITEMS / PARTS)
#if PARTS_ADJACENT
#define PART (ITEM % PARTS)
#define RESULT (ITEM / PARTS)
#define PART_STEP 1
#else
#define PART (ITEM / RESULTS)
#define RESULT (ITEM % RESULTS)
#define PART_STEP RESULTS
#endif

// Elements that a part folds on their own before they join the others: the error of a sum grows with the length of a run plus
// the number of runs, not with the product.
#define RUN 256

/// What two parts have, as one; the file that includes this one says how. `pass` is its own.
ALWAYS_INLINE float LOCAL(join)(const int pass, const float a, const float b);

/// What the parts of a result have, joined in local memory; the same for all of them.
ALWAYS_INLINE float LOCAL(joined)(const int pass, __local float* scratch, const float value) {
    BARRIER();
    scratch[ITEM] = value;
    for (int reach = PARTS / 2; reach > 0; reach /= 2) {
        BARRIER();
        if (PART < reach) scratch[ITEM] = LOCAL(join)(pass, scratch[ITEM], scratch[ITEM + reach * PART_STEP]);
    }
    BARRIER();
    return scratch[ITEM - PART * PART_STEP];
}
