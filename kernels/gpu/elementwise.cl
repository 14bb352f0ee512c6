// SPDX-License-Identifier: Apache-2.0
// y = f(x0, x1, ...) over a nest of RANK loops around one over lanes. Extents and strides are arguments; compiled in are the
// function, how many lanes a work-item has, and for each operand whether its lanes are neighbours, one element or far apart.
#include "tile_packs.cl"

ALWAYS_INLINE VALUE LOCAL(function)(FUNCTION_PARAMETERS) { FUNCTION_BODY }

ALWAYS_INLINE void TILE(PARAMETERS, const long tile) {
    const INDEX extents[] = EXTENTS;
    STRIDES
    TILE_PACKS
    FOR_EACH_PACK {
        const INDEX row = PACK_ROW, i = PACK_LANE;
        INDEX index[RANK];
        LOCAL(walk_to)(RANK, extents, row, index);
        ROW
        LOADS
        PACK result;
#pragma unroll
        for (int k = 0; k < WIDTH; ++k) result.e[k] = LOCAL(function)(OPERANDS);
        STORE
    }
}
