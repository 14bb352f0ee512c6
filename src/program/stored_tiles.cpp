// SPDX-License-Identifier: Apache-2.0
#include "program/stored_tiles.hpp"

#include "jit/disk_cache.hpp"
#include "jit/tuned_tiles.hpp"
#include "program/device_class.hpp"

namespace abut::programs {

ops::TileTable stored_tiles(const Device& device) {
    const auto directory = jit::cache_directory(device.options().cache);
    if (!directory) return {};
    ops::TileTable tiles;
    for (auto& tuned : jit::read_tiles(*directory, measured_identity(device))) tiles.emplace(tuned.problem, tuned.tile);
    return tiles;
}

}  // namespace abut::programs
