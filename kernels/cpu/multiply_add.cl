// SPDX-License-Identifier: Apache-2.0
// Nothing but fused multiply-adds in registers, to find what a processor can do at most. Constants: ACCUMULATORS (vectors of
// 16), ROUNDS. Parameters: x (16 elements, near 1), y (16 elements a tile).

static void TILE(PARAMETERS, const long tile) {
    const float16 factor = load16(x + x_offset);
    float16 sums[ACCUMULATORS];
#pragma unroll
    for (int i = 0; i < ACCUMULATORS; ++i) sums[i] = factor * (float)(i + 1);
#pragma nounroll
    for (long round = 0; round < ROUNDS; ++round) {
#pragma unroll
        for (int i = 0; i < ACCUMULATORS; ++i) sums[i] = fma(sums[i], factor, factor);
    }
    float16 total = 0.0f;
#pragma unroll
    for (int i = 0; i < ACCUMULATORS; ++i) total += sums[i];
    store16(y + y_offset + tile * 16, total);
}
