// SPDX-License-Identifier: Apache-2.0
// Copies rows that lie in one piece on both sides: slices of channels, crops, joined images. A row has at least 16 elements; its
// last vector overlaps the one before it. The length is an argument, so that slices of any width share a variant.
#include "../walk.cl"

ALWAYS_INLINE void LOCAL(copy_row)(const __global float* from, __global float* to, long length) {
    long i = 0;
    for (; i + 64 <= length; i += 64) {
        const float16 a = load16(from + i), b = load16(from + i + 16);
        const float16 c = load16(from + i + 32), d = load16(from + i + 48);
        store16(to + i, a);
        store16(to + i + 16, b);
        store16(to + i + 32, c);
        store16(to + i + 48, d);
    }
    for (; i + 16 <= length; i += 16) store16(to + i, load16(from + i));
    if (i < length) store16(to + length - 16, load16(from + length - 16));
}

/// A tile is `block` rows by `chunk` elements; no chunk is shorter than 16.
static WIDE_VECTORS void TILE(PARAMETERS, const long tile) {
    const long extents[] = EXTENTS;
    const long x_strides[] = X_STRIDES;
    const long y_strides[] = Y_STRIDES;
    const long first = tile / chunks * block, begin = tile % chunks * chunk;
    const long last = min(first + block, rows);
    const long end = tile % chunks == chunks - 1 ? length : begin + chunk;
    long index[RANK];
    LOCAL(walk_to)(RANK, extents, first, index);
    for (long row = first; row < last; ++row) {
        const __global float* from = x + x_offset + x_begin + LOCAL(walk_offset)(RANK, x_strides, index);
        __global float* to = y + y_offset + LOCAL(walk_offset)(RANK, y_strides, index);
        LOCAL(copy_row)(from + begin, to + begin, end - begin);
        LOCAL(walk_on)(RANK, extents, index);
    }
}
