// SPDX-License-Identifier: Apache-2.0
// y[i, j, ...] = x[map(i), map(j), ...], or FILL where a map says -1: padding, nearest resizing. MAP_STARTS holds for each loop
// where its map begins in `table`, -1 for one without. Extents, strides and maps are arguments; compiled in are the number of
// loops and whether the lanes have a map (LANES_MAPPED).
#include "tile_packs.cl"

/// Index in x of the loop's `i`, whose map begins at `start`; -1 where there is no element.
ALWAYS_INLINE INDEX LOCAL(source)(PARAMETERS, const INDEX start, const INDEX i) {
    return start < 0 ? i : (INDEX)as_int(table[table_offset + start + i]);
}

ALWAYS_INLINE void TILE(PARAMETERS, const long tile) {
    const INDEX extents[] = EXTENTS;
    const INDEX x_strides[] = X_STRIDES;
    const INDEX y_strides[] = Y_STRIDES;
    const INDEX starts[] = MAP_STARTS;
    TILE_PACKS
    FOR_EACH_PACK {
        const INDEX row = PACK_ROW, i = PACK_LANE;
        INDEX index[RANK];
        LOCAL(walk_to)(RANK, extents, row, index);
        const INDEX lane = LANES_MAPPED ? LOCAL(source)(ARGUMENTS, (INDEX)lanes_start, i) : i;
        bool outside = lane < 0;
        INDEX from = lane * (INDEX)x_lane;
#pragma unroll
        for (int axis = 0; axis < RANK; ++axis) {
            const INDEX at = LOCAL(source)(ARGUMENTS, starts[axis], index[axis]);
            outside |= at < 0;
            from += at * x_strides[axis];
        }
        const INDEX to = LOCAL(walk_offset)(RANK, y_strides, index) + i * (INDEX)y_lane;
        y[y_offset + to] = outside ? FILL : x[x_offset + from];
    }
}
