// SPDX-License-Identifier: Apache-2.0
// Copies rows that lie in one piece on both sides: slices of channels, crops, joined images. The length is an argument, so that
// slices of any width share a variant.
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
        const __global float* from = x + x_offset + x_begin + LOCAL(walk_offset)(RANK, x_strides, index);
        __global float* to = y + y_offset + LOCAL(walk_offset)(RANK, y_strides, index);
        STORE_PACK(to + i, LOAD_PACK(from + i));
    }
}
