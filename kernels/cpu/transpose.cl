// SPDX-License-Identifier: Apache-2.0
// Copies between views that are contiguous along different axes: `x_length` elements of x are neighbours, `length` of y. Blocks
// of 16 by 16 turn in registers; the last block of an axis overlaps the one before it. Both lengths are at least 16.
#include "../walk.cl"

/// Lanes of a and b in turn: of their first halves, and of their second.
ALWAYS_INLINE float16 LOCAL(woven_low)(const float16 a, const float16 b) {
    return (float16)(a.s0, b.s0, a.s1, b.s1, a.s2, b.s2, a.s3, b.s3, a.s4, b.s4, a.s5, b.s5, a.s6, b.s6, a.s7, b.s7);
}
ALWAYS_INLINE float16 LOCAL(woven_high)(const float16 a, const float16 b) {
    return (float16)(a.s8, b.s8, a.s9, b.s9, a.sa, b.sa, a.sb, b.sb, a.sc, b.sc, a.sd, b.sd, a.se, b.se, a.sf, b.sf);
}

/// Weaves rows i and i + 8. Done four times, rows[i] lane j becomes rows[j] lane i.
ALWAYS_INLINE void LOCAL(weave)(const float16* rows, float16* woven) {
#pragma unroll
    for (int i = 0; i < 8; ++i) {
        woven[2 * i] = LOCAL(woven_low)(rows[i], rows[i + 8]);
        woven[2 * i + 1] = LOCAL(woven_high)(rows[i], rows[i + 8]);
    }
}

/// Turns the block at `from`, whose rows are from_pitch apart, into the one at `to`.
ALWAYS_INLINE void LOCAL(turn_block)(const __global float* from, long from_pitch, __global float* to, long to_pitch) {
    float16 rows[16], woven[16];
#pragma unroll
    for (int i = 0; i < 16; ++i) rows[i] = load16(from + i * from_pitch);
    LOCAL(weave)(rows, woven);
    LOCAL(weave)(woven, rows);
    LOCAL(weave)(rows, woven);
    LOCAL(weave)(woven, rows);
#pragma unroll
    for (int i = 0; i < 16; ++i) store16(to + i * to_pitch, rows[i]);
}

/// A tile is `block` strips of 16 neighbours in x by `chunk` neighbours in y.
static WIDE_VECTORS void TILE(PARAMETERS, const long tile) {
    const long extents[] = EXTENTS;
    const long x_strides[] = X_STRIDES;
    const long y_strides[] = Y_STRIDES;
    const long first = tile / chunks * block, begin = tile % chunks * chunk;
    const long last = min(first + block, rows), end = min(begin + chunk, length);
    for (long row = first; row < last; ++row) {
        const long strip = min(row % strips * 16, x_length - 16);
        long index[RANK];
        LOCAL(walk_to)(RANK, extents, row / strips, index);
        const __global float* from = x + x_offset + x_begin + LOCAL(walk_offset)(RANK, x_strides, index) + strip;
        __global float* to = y + y_offset + LOCAL(walk_offset)(RANK, y_strides, index) + strip * y_pitch;
        for (long at = begin; at < end; at += 16) {
            const long i = min(at, length - 16);
            LOCAL(turn_block)(from + i * x_pitch, x_pitch, to + i, y_pitch);
        }
    }
}
