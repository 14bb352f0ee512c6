// SPDX-License-Identifier: Apache-2.0
// Which taps of a pooling window lie inside the image, for every family. INDEX is what places are counted in.

/// Taps [begin, end) of a window along one axis that lie inside the image, and how many lie inside the padded image.
typedef struct {
    int begin;
    int end;
    int padded;
} LOCAL(Taps);

/// How many of `taps` taps that are `dilation` apart begin within `distance` elements.
ALWAYS_INLINE int LOCAL(taps_within)(INDEX distance, int dilation, int taps) {
    const INDEX begun = distance <= 0 ? 0 : (distance + dilation - 1) / dilation;
    return begun < taps ? (int)begun : taps;
}

ALWAYS_INLINE LOCAL(Taps) LOCAL(taps_at)(INDEX start, INDEX extent, INDEX pad_after, int dilation, int taps) {
    LOCAL(Taps) result;
    result.begin = LOCAL(taps_within)(-start, dilation, taps);
    result.end = LOCAL(taps_within)(extent - start, dilation, taps);
    if (result.end < result.begin) result.end = result.begin;
    result.padded = LOCAL(taps_within)(extent + pad_after - start, dilation, taps);
    return result;
}
