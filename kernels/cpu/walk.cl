// SPDX-License-Identifier: Apache-2.0
// Walks a nest of loops whose number is compiled in: `index` holds the loops' counters, outermost first.

ALWAYS_INLINE void LOCAL(walk_to)(int rank, const long* extents, long row, long* index) {
    for (int axis = rank - 1; axis > 0; --axis) {
        index[axis] = row % extents[axis];
        row /= extents[axis];
    }
    index[0] = row;
}

ALWAYS_INLINE void LOCAL(walk_on)(int rank, const long* extents, long* index) {
    ++index[rank - 1];
    for (int axis = rank - 1; axis > 0 && index[axis] == extents[axis]; --axis) {
        index[axis] = 0;
        ++index[axis - 1];
    }
}

/// Elements from a view's base to where the loops stand.
ALWAYS_INLINE long LOCAL(walk_offset)(int rank, const long* strides, const long* index) {
    long offset = 0;
    for (int axis = 0; axis < rank; ++axis) offset += index[axis] * strides[axis];
    return offset;
}
