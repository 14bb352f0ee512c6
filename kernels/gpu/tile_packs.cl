// SPDX-License-Identifier: Apache-2.0
// The packs of a tile of `block` rows by `chunk` lanes, one after another to the work-items of the group, so that neighbours
// touch neighbours. INDEX is int where all of a step's offsets fit, which divides faster, or else long.
#include "pack.cl"
#include "../walk.cl"

#define TILE_PACKS                                                                                                           \
    const INDEX first_row = (INDEX)(tile / chunks * block), first_lane = (INDEX)(tile % chunks * chunk);                     \
    const INDEX tile_rows = LEAST((INDEX)block, (INDEX)rows - first_row);                                                    \
    const INDEX row_packs = LEAST((INDEX)chunk, (INDEX)length - first_lane) / WIDTH;

/// The loop over the packs of this work-item: `row`, and `i`, the lane of the pack's first element.
#define FOR_EACH_PACK                                                                                                        \
    for (INDEX pack = ITEM; pack < tile_rows * row_packs; pack += ITEMS)

#define PACK_ROW (first_row + pack / row_packs)
#define PACK_LANE (first_lane + pack % row_packs * WIDTH)
