// SPDX-License-Identifier: Apache-2.0
// Elements FROM one type TO another, float and unsigned char: 1 for what is not 0, NaN too. Extents and strides are arguments. A
// work-item has one element at a time, neighbours have neighbours.
#include "tile_packs.cl"

ALWAYS_INLINE void TILE(PARAMETERS, const long tile) {
    const INDEX extents[] = EXTENTS;
    const INDEX x_strides[] = X_STRIDES;
    const INDEX y_strides[] = Y_STRIDES;
    TILE_PACKS
    FOR_EACH_PACK {
        const INDEX row = PACK_ROW, i = PACK_LANE;
        INDEX index[RANK];
        LOCAL(walk_to)(RANK, extents, row, index);
        const __global FROM* from = x + x_offset + LOCAL(walk_offset)(RANK, x_strides, index);
        __global TO* to = y + y_offset + LOCAL(walk_offset)(RANK, y_strides, index);
        to[i * (INDEX)y_lane] = (TO)(from[i * (INDEX)x_lane] != 0);
    }
}
