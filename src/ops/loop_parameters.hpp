// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "abut/device_profile.hpp"
#include "ops/loop_nest.hpp"
#include "ops/step_builder.hpp"

/// What the kernels that loop over views are told. Extents and strides are arguments: steps that differ in them share a
/// variant.
namespace abut::ops {

/// Arguments PREFIX0, PREFIX1, ..., and a constant `list` of them: "{(INDEX)PREFIX0, (INDEX)PREFIX1}"; for no values
/// one `none`, since a kernel writes at least one loop. `guard` divides each value.
void add_list(StepBuilder& builder, const std::string& list, const std::string& prefix, std::span<const std::int64_t> values,
              int none = 0, std::int64_t guard = 1);
/// The constant `name`: how many loops kernels write for `nest`, at least 1.
void add_rank(StepBuilder& builder, const std::string& name, const LoopNest& nest);
/// For lanes.cl: an argument NAME_lane, and whether it is 1 compiled in as `neighbours`.
void add_lanes(StepBuilder& builder, const std::string& name, const std::string& neighbours, std::int64_t stride);

/// How `rows` rows of `length` elements are cut into tiles of `block` rows by `chunk` elements, a multiple of 16 or all of
/// the row.
struct Tiling {
    std::int64_t rows = 1;
    std::int64_t length = 1;
    std::int64_t block = 1;
    std::int64_t chunk = 1;
    std::int64_t chunks = 1;  ///< of a row
    std::int64_t tiles = 0;
};

/// Tiles of some thousand element visits (`visits` for each element), enough of them for the device's units to share.
Tiling tiling(std::int64_t rows, std::int64_t length, std::int64_t visits, const DeviceProfile& device);
/// Arguments rows, length, block, chunk and chunks. `width` divides the length, and so the chunks.
void add_tiling(StepBuilder& builder, const Tiling& tiling, std::int64_t width = 1);

}  // namespace abut::ops
