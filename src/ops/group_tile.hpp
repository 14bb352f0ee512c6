// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "abut/device_profile.hpp"

namespace abut::ops {

/// What a work-group of kernels/gpu/window.cl computes: `pixels` by `channels` sums, `item_pixels` by `item_channels` of
/// them a work-item, from `chunk` elements of the reduction at a time, which `split` sets of work-items share.
struct GroupTile {
    std::int64_t pixels = 32;
    std::int64_t channels = 32;
    std::int64_t item_pixels = 4;
    std::int64_t item_channels = 4;
    std::int64_t chunk = 16;
    std::int64_t split = 1;

    [[nodiscard]] std::int64_t items() const { return pixels / item_pixels * (channels / item_channels) * split; }
    [[nodiscard]] std::int64_t local_floats() const;
    bool operator==(const GroupTile&) const = default;
};

/// A product of matrices that tiles are cut from: `planes` of `pixels` by `channels` results of `depth` terms.
struct GroupProblem {
    std::int64_t planes = 1;
    std::int64_t pixels = 1;
    std::int64_t channels = 1;
    std::int64_t depth = 1;
};

std::int64_t group_tiles(const GroupProblem& problem, const GroupTile& tile);

/// Those that choose_group_tile() chooses from.
std::span<const GroupTile> choices_of_group_tile();

/// The tile that should take the least time on all of the device's units. It depends on extents alone, so that the order of
/// additions does not depend on where values lie.
GroupTile choose_group_tile(const GroupProblem& problem, const DeviceProfile& device);

}  // namespace abut::ops
