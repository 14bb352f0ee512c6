// SPDX-License-Identifier: Apache-2.0
// Walks a nest of loops whose number is compiled in: `index` holds the loops' counters, outermost first. INDEX is
// what they count in.

ALWAYS_INLINE void LOCAL(walk_to)(int rank, const INDEX* extents, INDEX row, INDEX* index) {
    UNROLL_LOOP
    for (int axis = rank - 1; axis > 0; --axis) {
        index[axis] = row % extents[axis];
        row /= extents[axis];
    }
    index[0] = row;
}

ALWAYS_INLINE void LOCAL(walk_on)(int rank, const INDEX* extents, INDEX* index) {
    ++index[rank - 1];
    UNROLL_LOOP
    for (int axis = rank - 1; axis > 0 && index[axis] == extents[axis]; --axis) {
        index[axis] = 0;
        ++index[axis - 1];
    }
}

/// Elements from a view's base to where the loops stand.
ALWAYS_INLINE INDEX LOCAL(walk_offset)(int rank, const INDEX* strides, const INDEX* index) {
    INDEX offset = 0;
    UNROLL_LOOP
    for (int axis = 0; axis < rank; ++axis) offset += index[axis] * strides[axis];
    return offset;
}
