// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/device.hpp"
#include "ops/tile_choice.hpp"

namespace abut::programs {

/// The tiles that were measured on this class of device, as the cache's directory says now.
ops::TileTable stored_tiles(const Device& device);

}  // namespace abut::programs
