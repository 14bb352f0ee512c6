// SPDX-License-Identifier: Apache-2.0
// y = f(x0, x1, ...) over a nest of RANK loops around one that runs in vectors. Extents and strides are arguments; compiled in
// are the function and, for each operand, whether its lanes are neighbours, one element or far apart.
#include "../walk.cl"

ALWAYS_INLINE VALUE LOCAL(function)(FUNCTION_PARAMETERS) { FUNCTION_BODY }

/// A tile is `block` rows by `chunk` lanes; a row is one pass of the loop in vectors.
static WIDE_VECTORS void TILE(PARAMETERS, const long tile) {
    const long extents[] = EXTENTS;
    STRIDES
    const long first = tile / chunks * block, begin = tile % chunks * chunk;
    const long last = min(first + block, rows), end = min(begin + chunk, length);
    long index[RANK];
    LOCAL(walk_to)(RANK, extents, first, index);
    for (long row = first; row < last; ++row) {
        ROW
        long i = begin;
        for (; i + 16 <= end; i += 16) {
            const int count = 16;
            LOADS
            const PACK result = LOCAL(function)(OPERANDS);
            STORE
        }
        if (i < end) {
            const int count = (int)(end - i);
            LOADS
            const PACK result = LOCAL(function)(OPERANDS);
            STORE
        }
        LOCAL(walk_on)(RANK, extents, index);
    }
}
