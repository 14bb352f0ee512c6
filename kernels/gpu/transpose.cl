// SPDX-License-Identifier: Apache-2.0
// Copies between views that are contiguous along different axes: `x_length` elements of x are neighbours, `length` of y. Blocks
// of 32 by 32 turn in local memory, whose rows are one element longer, so that a column lies in all banks.
#include "../walk.cl"

#define SIDE 32
#define PITCH (SIDE + 1)

STORE_FUNCTION void LOCAL(store_element)(__global float* to, const float value) { *to = value; }

/// A tile is a block; blocks along x follow one another, then those along y, then the loops around both.
ALWAYS_INLINE void TILE(PARAMETERS, __local float* scratch, const long tile) {
    const INDEX extents[] = EXTENTS;
    const INDEX x_strides[] = X_STRIDES;
    const INDEX y_strides[] = Y_STRIDES;
    const INDEX at_x = (INDEX)(tile % x_blocks) * SIDE, at_y = (INDEX)(tile / x_blocks % y_blocks) * SIDE;
    INDEX index[RANK];
    LOCAL(walk_to)(RANK, extents, (INDEX)(tile / (x_blocks * y_blocks)), index);
    const __global float* from = x + x_offset + x_begin + LOCAL(walk_offset)(RANK, x_strides, index);
    __global float* to = y + y_offset + LOCAL(walk_offset)(RANK, y_strides, index);
    const int lane = ITEM % SIDE;
    for (int row = ITEM / SIDE; row < SIDE; row += ITEMS / SIDE) {
        if (at_x + lane < x_length && at_y + row < length) {
            scratch[row * PITCH + lane] = from[at_x + lane + (at_y + row) * (INDEX)x_pitch];
        }
    }
    BARRIER();
    for (int row = ITEM / SIDE; row < SIDE; row += ITEMS / SIDE) {
        if (at_y + lane < length && at_x + row < x_length) {
            LOCAL(store_element)(to + at_y + lane + (at_x + row) * (INDEX)y_pitch, scratch[lane * PITCH + row]);
        }
    }
}
