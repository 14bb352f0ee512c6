// SPDX-License-Identifier: Apache-2.0
// Linear resizing along any axes. Of the RANK loops around the lanes the last RESIZED read between two elements: `table` holds
// the lower elements from LOW_STARTS on, the higher ones from HIGH_STARTS, the higher one's share from SHARE_STARTS. An output is
// the sum of CORNERS (2 to the power of RESIZED) elements of x; with LANES_RESIZED the lanes too read between two.
#include "tile_packs.cl"

/// Element `at` of x's row, between two of them where the lanes are resized.
ALWAYS_INLINE float LOCAL(lane_value)(PARAMETERS, const INDEX at, const INDEX i) {
#if LANES_RESIZED
    const __global float* entries = table + (table_offset + i);
    const float low = x[x_offset + at + as_int(entries[lanes_low]) * (INDEX)x_lane];
    const float high = x[x_offset + at + as_int(entries[lanes_high]) * (INDEX)x_lane];
    const float share = entries[lanes_share];
    return fma(high, share, low * (1.0f - share));
#else
    return x[x_offset + at + i * (INDEX)x_lane];
#endif
}

ALWAYS_INLINE void TILE(PARAMETERS, const long tile) {
    const INDEX extents[] = EXTENTS;
    const INDEX x_strides[] = X_STRIDES;
    const INDEX y_strides[] = Y_STRIDES;
    const INDEX low_starts[] = LOW_STARTS;
    const INDEX high_starts[] = HIGH_STARTS;
    const INDEX share_starts[] = SHARE_STARTS;
    const __global float* entries = table + table_offset;
    TILE_PACKS
    FOR_EACH_PACK {
        const INDEX row = PACK_ROW, i = PACK_LANE;
        INDEX index[RANK];
        LOCAL(walk_to)(RANK, extents, row, index);
        const INDEX base = LOCAL(walk_offset)(RANK - RESIZED, x_strides, index);
        float sum = 0.0f;
#pragma unroll
        for (int corner = 0; corner < CORNERS; ++corner) {
            INDEX at = base;
            float weight = 1.0f;
#pragma unroll
            for (int axis = 0; axis < RESIZED; ++axis) {
                const INDEX place = index[RANK - RESIZED + axis];
                const float share = entries[share_starts[axis] + place];
                const bool is_high = corner >> axis & 1;
                const INDEX source = as_int(entries[(is_high ? high_starts[axis] : low_starts[axis]) + place]);
                at += source * x_strides[RANK - RESIZED + axis];
                weight *= is_high ? share : 1.0f - share;
            }
            const float value = LOCAL(lane_value)(ARGUMENTS, at, i);
            sum = corner == 0 ? value * weight : fma(value, weight, sum);
        }
        y[y_offset + LOCAL(walk_offset)(RANK, y_strides, index) + i * (INDEX)y_lane] = sum;
    }
}
