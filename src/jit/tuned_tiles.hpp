// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "jit/cache_system.hpp"
#include "ops/tile_choice.hpp"

/// Tiles that were measured to be faster than the estimated ones on a class of device, in a file of the cache's directory.
namespace abut::jit {

struct TunedTile {
    std::string problem;  ///< ops::tile_problem()
    ops::Tile tile;
    double gain = 1;   ///< the estimated tile's time by this one's
    double noise = 0;  ///< of the gain
    bool operator==(const TunedTile&) const = default;
};

/// Magic, format version, identity, count and fields of tiles, XXH3-128 of all.
std::vector<std::byte> encode_tiles(const std::string& identity, std::span<const TunedTile> tiles);
/// Nothing unless the bytes are exactly what encode_tiles gives for that identity and tiles of cpu/ kernels.
std::optional<std::vector<TunedTile>> decode_tiles(std::span<const std::byte> file, const std::string& identity);

/// None where there is no such file, or it is damaged, of another version or not to be trusted.
std::vector<TunedTile> read_tiles(const std::string& directory, const std::string& identity);
/// Replaces the file; removes it where there are none. Throws IO.
void write_tiles(const std::string& directory, const std::string& identity, std::span<const TunedTile> tiles,
                 const CacheSystem& system = {});

}  // namespace abut::jit
