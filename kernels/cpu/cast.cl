// SPDX-License-Identifier: Apache-2.0
// Elements FROM one type TO another, float and unsigned char: 1 for what is not 0, NaN too. Extents and strides are arguments;
// whether lanes are neighbours is compiled in, so that a driver can put them into vectors.
#include "../walk.cl"

ALWAYS_INLINE void LOCAL(cast_row)(const __global FROM* from, __global TO* to, long x_lane, long y_lane, long length) {
#if X_NEIGHBOURS && Y_NEIGHBOURS
    for (long i = 0; i < length; ++i) to[i] = (TO)(from[i] != 0);
#else
    for (long i = 0; i < length; ++i) to[i * y_lane] = (TO)(from[i * x_lane] != 0);
#endif
}

/// A tile is `block` rows by `chunk` elements.
static WIDE_VECTORS void TILE(PARAMETERS, const long tile) {
    const long extents[] = EXTENTS;
    const long x_strides[] = X_STRIDES;
    const long y_strides[] = Y_STRIDES;
    const long first = tile / chunks * block, begin = tile % chunks * chunk;
    const long last = min(first + block, rows), end = min(begin + chunk, length);
    long index[RANK];
    LOCAL(walk_to)(RANK, extents, first, index);
    for (long row = first; row < last; ++row) {
        const __global FROM* from = x + x_offset + LOCAL(walk_offset)(RANK, x_strides, index);
        __global TO* to = y + y_offset + LOCAL(walk_offset)(RANK, y_strides, index);
        LOCAL(cast_row)(from + begin * x_lane, to + begin * y_lane, x_lane, y_lane, end - begin);
        LOCAL(walk_on)(RANK, extents, index);
    }
}
