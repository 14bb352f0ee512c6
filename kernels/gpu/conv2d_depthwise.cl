// SPDX-License-Identifier: Apache-2.0
// Convolution of each channel with a kernel of its own: a work-item has WIDTH channels of an output pixel. Constants:
// KERNEL_HEIGHT, KERNEL_WIDTH, STRIDE_ROW, STRIDE_COLUMN, PAD_TOP, PAD_LEFT, ROW_STEP, COLUMN_STEP, OUT_HEIGHT, OUT_WIDTH, IMAGES,
// PIXELS_ADJACENT (neighbouring work-items have neighbours in a row, or else in the channels) and those of input.cl and finish.cl.
// Parameters: x, weights (blocks of 16 channels: [block][tap][lane]), y.
#include "input.cl"
#include "finish.cl"

#define PIXELS ((INDEX)IMAGES * OUT_HEIGHT * OUT_WIDTH)
#define PACKS (OUT_CHANNELS / WIDTH)

ALWAYS_INLINE void TILE(PARAMETERS, const long tile) {
    const INDEX own = (INDEX)tile * ITEMS + ITEM;
    if (own >= PIXELS * PACKS) return;
    const INDEX pixel = PIXELS_ADJACENT ? own % PIXELS : own / PACKS;
    const INDEX channel = (PIXELS_ADJACENT ? own / PIXELS : own % PACKS) * WIDTH;
    const INDEX column = pixel % OUT_WIDTH, row = pixel / OUT_WIDTH % OUT_HEIGHT, image = pixel / (OUT_WIDTH * OUT_HEIGHT);
    const __global float* taps =
        weights + weights_offset + (channel / 16 * (KERNEL_HEIGHT * KERNEL_WIDTH * 16) + channel % 16);
    float sums[4] = {0.0f, 0.0f, 0.0f, 0.0f};
    for (int r = 0; r < KERNEL_HEIGHT; ++r) {
        for (int s = 0; s < KERNEL_WIDTH; ++s) {
            PACK values;
            LOCAL(load_input)(&values, true, image, channel, row * STRIDE_ROW - PAD_TOP + r * ROW_STEP,
                              column * STRIDE_COLUMN - PAD_LEFT + s * COLUMN_STEP, ARGUMENTS);
            const PACK tap = LOAD_PACK(taps + (r * KERNEL_WIDTH + s) * 16);
#pragma unroll
            for (int k = 0; k < WIDTH; ++k) sums[k] = fma(values.e[k], tap.e[k], sums[k]);
        }
    }
    LOCAL(finish_channels)(FLOAT4(sums[0], sums[1], sums[2], sums[3]), WIDTH, image, channel, row, column, ARGUMENTS);
}
