// SPDX-License-Identifier: Apache-2.0
// One tile of a convolution-like reduction, as a product of matrices: TILE_PIXELS output pixels by TILE_CHANNELS output
// channels; the reduction runs over rows, then columns of the kernel, then channels, CHUNK elements at a time through local
// memory, the next chunk on its way while this one is multiplied. A work-item has ITEM_PIXELS by ITEM_CHANNELS sums. SPLIT
// sets of work-items share each chunk and add up their sums at the end, in order.
// Constants: those, DEPTH (channels that are reduced over), UNIFORM_TAPS (CHUNK divides DEPTH), PLANE_HEIGHT, PLANE_WIDTH and
// PLANE_PIXELS (of the output pixels that tiles run over), STRIDE_ROW, STRIDE_COLUMN (input pixels between output pixels),
// ROW_STEP, COLUMN_STEP (between taps), OUT_ROW_STEP, OUT_COLUMN_STEP, OUT_HEIGHT, OUT_WIDTH, PIXELS_ADJACENT (work-items that
// load neighbours in a row, or else in the channels) and those of input.cl and finish.cl. Parameters: x, weights, y.
#include "input.cl"
#include "finish.cl"

#define PIXEL_ITEMS (TILE_PIXELS / ITEM_PIXELS)
#define CHANNEL_ITEMS (TILE_CHANNELS / ITEM_CHANNELS)
#define X_PITCH (TILE_PIXELS + 4)
#define X_PACKS (CHUNK * TILE_PIXELS / WIDTH)
#define X_LOADS ((X_PACKS + ITEMS - 1) / ITEMS)
#define PIXEL_QUADS (ITEM_PIXELS / 4)
#define CHANNEL_QUADS (ITEM_CHANNELS / 4)

/// Where a tile reads and writes.
typedef struct {
    INDEX image, group, block;     ///< block: of TILE_CHANNELS output channels
    INDEX row, column;             ///< input pixel under the first tap of the plane's first pixel
    INDEX out_row, out_column;     ///< that pixel
    INDEX first_pixel;             ///< the tile's first, in the plane
    INDEX taps_w, depth;           ///< columns of the kernel; length of the reduction
    INDEX weights;                 ///< offset of the group's first block
} LOCAL(Window);

// The place of a pixel of the plane.
#define PLANE_IMAGE(pixel) ((pixel) / (PLANE_HEIGHT * PLANE_WIDTH))
#define PLANE_ROW(pixel) ((pixel) / PLANE_WIDTH % PLANE_HEIGHT)
#define PLANE_COLUMN(pixel) ((pixel) % PLANE_WIDTH)

/// The element of the reduction and the pixel that load `j` of this work-item brings.
#if PIXELS_ADJACENT
#define LOADED_PIXEL(j) ((ITEM + (j) * ITEMS) % TILE_PIXELS)
#define LOADED_DEPTH(j) ((ITEM + (j) * ITEMS) / TILE_PIXELS * WIDTH)
#else
#define LOADED_PIXEL(j) ((ITEM + (j) * ITEMS) / (CHUNK / WIDTH))
#define LOADED_DEPTH(j) ((ITEM + (j) * ITEMS) % (CHUNK / WIDTH) * WIDTH)
#endif
#define HAS_LOAD(j) (X_PACKS % ITEMS == 0 || ITEM + (j) * ITEMS < X_PACKS)

/// Under the first tap of the pixel of each load: image, row and column of the input. A row of NOWHERE is in no image.
typedef struct {
    INDEX image[X_LOADS], row[X_LOADS], column[X_LOADS];
} LOCAL(Places);
#define NOWHERE (-((INDEX)1 << (sizeof(INDEX) * 8 - 3)))

ALWAYS_INLINE void LOCAL(find_places)(LOCAL(Places) * places, const LOCAL(Window) * at) {
#pragma unroll
    for (int j = 0; j < X_LOADS; ++j) {
        const INDEX pixel = at->first_pixel + LOADED_PIXEL(j);
        places->image[j] = at->image + PLANE_IMAGE(pixel);
        places->row[j] = pixel < PLANE_PIXELS ? at->row + PLANE_ROW(pixel) * STRIDE_ROW : NOWHERE;
        places->column[j] = at->column + PLANE_COLUMN(pixel) * STRIDE_COLUMN;
    }
}

/// The tap and channel at which a chunk begins, where it stays in one tap.
typedef struct {
    INDEX row, column, channel;
} LOCAL(Tap);

ALWAYS_INLINE void LOCAL(load_inputs)(PACK* loaded, const LOCAL(Places) * places, const LOCAL(Window) * at,
                                      const INDEX chunk, const LOCAL(Tap) * tap, PARAMETERS) {
#pragma unroll
    for (int j = 0; j < X_LOADS; ++j) {
        const INDEX k = chunk + LOADED_DEPTH(j);
#if UNIFORM_TAPS
        const INDEX channel = tap->channel + LOADED_DEPTH(j), tap_row = tap->row, tap_column = tap->column;
#else
        const INDEX channel = k % DEPTH, tap_row = k / DEPTH / at->taps_w, tap_column = k / DEPTH % at->taps_w;
#endif
        LOCAL(load_input)(loaded + j, HAS_LOAD(j) && k < at->depth, places->image[j], at->group * DEPTH + channel,
                          places->row[j] + tap_row * ROW_STEP, places->column[j] + tap_column * COLUMN_STEP, ARGUMENTS);
    }
}

ALWAYS_INLINE void LOCAL(store_inputs)(__local float* panel, const PACK* loaded) {
#pragma unroll
    for (int j = 0; j < X_LOADS; ++j) {
        if (!HAS_LOAD(j)) continue;
#pragma unroll
        for (int k = 0; k < WIDTH; ++k) panel[(LOADED_DEPTH(j) + k) * X_PITCH + LOADED_PIXEL(j)] = loaded[j].e[k];
    }
}

#include "factor.cl"

/// sums += this work-item's share of the chunk in local memory.
ALWAYS_INLINE void LOCAL(multiply)(const __local float* panel, const __local float* factor, const int pixel_item,
                                   const int channel_item, const int part, float* sums) {
#pragma unroll
    for (int step = 0; step < CHUNK / SPLIT; ++step) {
        const int k = part * (CHUNK / SPLIT) + step;
        float a[ITEM_PIXELS], b[ITEM_CHANNELS];
#pragma unroll
        for (int q = 0; q < PIXEL_QUADS; ++q) {
            const float4 v = *(const __local float4*)(panel + k * X_PITCH + (q * PIXEL_ITEMS + pixel_item) * 4);
            a[q * 4] = v.x, a[q * 4 + 1] = v.y, a[q * 4 + 2] = v.z, a[q * 4 + 3] = v.w;
        }
#pragma unroll
        for (int q = 0; q < CHANNEL_QUADS; ++q) {
            const float4 v = *(const __local float4*)(factor + k * TILE_CHANNELS + (q * CHANNEL_ITEMS + channel_item) * 4);
            b[q * 4] = v.x, b[q * 4 + 1] = v.y, b[q * 4 + 2] = v.z, b[q * 4 + 3] = v.w;
        }
#pragma unroll
        for (int p = 0; p < ITEM_PIXELS; ++p) {
#pragma unroll
            for (int c = 0; c < ITEM_CHANNELS; ++c) sums[p * ITEM_CHANNELS + c] = fma(a[p], b[c], sums[p * ITEM_CHANNELS + c]);
        }
    }
}

/// Sums of the parts to local memory; then every part has a share of the item's pixels, added up in the order of the parts.
ALWAYS_INLINE void LOCAL(join_parts)(__local float* scratch, const int pixel_item, const int channel_item, const int part,
                                     float* sums) {
    // The last chunk ended with a barrier.
#pragma unroll
    for (int i = 0; i < ITEM_PIXELS * ITEM_CHANNELS; ++i) {
        scratch[((part * ITEM_PIXELS * ITEM_CHANNELS + i) * PIXEL_ITEMS + pixel_item) * CHANNEL_ITEMS + channel_item] = sums[i];
    }
    BARRIER();
#pragma unroll
    for (int i = 0; i < ITEM_PIXELS * ITEM_CHANNELS; ++i) {
        if (i / ITEM_CHANNELS % SPLIT != part) continue;
        float sum = 0.0f;
#pragma unroll
        for (int other = 0; other < SPLIT; ++other) {
            sum += scratch[((other * ITEM_PIXELS * ITEM_CHANNELS + i) * PIXEL_ITEMS + pixel_item) * CHANNEL_ITEMS + channel_item];
        }
        sums[i] = sum;
    }
}

ALWAYS_INLINE void LOCAL(finish)(const LOCAL(Window) * at, const int pixel_item, const int channel_item, const int part,
                                 const float* sums, PARAMETERS) {
#pragma unroll
    for (int p = 0; p < ITEM_PIXELS; ++p) {
        // Not `continue`: with it PoCL 3.1 and Intel's OpenCL left out the last of eight pixels.
        const bool is_mine = p % SPLIT == part;
        const INDEX pixel = at->first_pixel + (p / 4 * PIXEL_ITEMS + pixel_item) * 4 + p % 4;
        const INDEX row = at->out_row + PLANE_ROW(pixel) * OUT_ROW_STEP;
        const INDEX column = at->out_column + PLANE_COLUMN(pixel) * OUT_COLUMN_STEP;
        const bool is_there = is_mine && pixel < PLANE_PIXELS && row < OUT_HEIGHT && column < OUT_WIDTH;
#pragma unroll
        for (int q = 0; q < CHANNEL_QUADS; ++q) {
            const INDEX channel = at->block * TILE_CHANNELS + (q * CHANNEL_ITEMS + channel_item) * 4;
            const float* quad = sums + p * ITEM_CHANNELS + q * 4;
            if (is_there && channel < OUT_CHANNELS) {
                LOCAL(finish_quad)(FLOAT4(quad[0], quad[1], quad[2], quad[3]), at->image + PLANE_IMAGE(pixel), at->group, channel, row, column,
                                   ARGUMENTS);
            }
        }
    }
}

ALWAYS_INLINE void LOCAL(window)(__local float* scratch, const LOCAL(Window) * at, PARAMETERS) {
    __local float* panel = scratch;
    __local float* factor = scratch + CHUNK * X_PITCH;
    const int channel_item = ITEM % CHANNEL_ITEMS, pixel_item = ITEM / CHANNEL_ITEMS % PIXEL_ITEMS;
    const int part = ITEM / (CHANNEL_ITEMS * PIXEL_ITEMS);
    LOCAL(Places) places;
    LOCAL(find_places)(&places, at);
    float sums[ITEM_PIXELS * ITEM_CHANNELS];
#pragma unroll
    for (int i = 0; i < ITEM_PIXELS * ITEM_CHANNELS; ++i) sums[i] = 0.0f;
    PACK inputs[X_LOADS];
    LOCAL(Factors) factors;
    LOCAL(Tap) tap = {0, 0, 0};
    LOCAL(load_inputs)(inputs, &places, at, 0, &tap, ARGUMENTS);
    LOCAL(load_factors)(&factors, at, 0, ARGUMENTS);
#pragma unroll 1
    for (INDEX chunk = 0; chunk < at->depth; chunk += CHUNK) {
        LOCAL(store_inputs)(panel, inputs);
        LOCAL(store_factors)(factor, &factors);
        BARRIER();
        tap.channel += CHUNK;
        if (tap.channel >= DEPTH) {
            tap.channel = 0;
            tap.row += ++tap.column == at->taps_w ? 1 : 0;
            if (tap.column == at->taps_w) tap.column = 0;
        }
        if (chunk + CHUNK < at->depth) {
            LOCAL(load_inputs)(inputs, &places, at, chunk + CHUNK, &tap, ARGUMENTS);
            LOCAL(load_factors)(&factors, at, chunk + CHUNK, ARGUMENTS);
        }
        LOCAL(multiply)(panel, factor, pixel_item, channel_item, part, sums);
        BARRIER();
    }
    if (SPLIT > 1) LOCAL(join_parts)(scratch, pixel_item, channel_item, part, sums);
    LOCAL(finish)(at, pixel_item, channel_item, part, sums, ARGUMENTS);
}
