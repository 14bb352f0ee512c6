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
