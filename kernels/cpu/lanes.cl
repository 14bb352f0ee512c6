// SPDX-License-Identifier: Apache-2.0
// Vectors of elements that are neighbours in x (X_NEIGHBOURS) or y (Y_NEIGHBOURS), or else `lane` elements apart.

ALWAYS_INLINE float16 LOCAL(load_lanes)(const __global float* p, long lane, int count) {
#if X_NEIGHBOURS
    return load16_partial(p, count);
#else
    return gather16(p, lane, count);
#endif
}

ALWAYS_INLINE void LOCAL(store_lanes)(__global float* p, long lane, float16 v, int count) {
#if Y_NEIGHBOURS
    store16_partial(p, v, count);
#else
    scatter16(p, lane, v, count);
#endif
}

/// What store_lanes has stored.
ALWAYS_INLINE float16 LOCAL(reload_lanes)(const __global float* p, long lane, int count) {
#if Y_NEIGHBOURS
    return load16_partial(p, count);
#else
    return gather16(p, lane, count);
#endif
}
