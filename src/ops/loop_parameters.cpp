// SPDX-License-Identifier: Apache-2.0
#include "ops/loop_parameters.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/checked.hpp"
#include "ops/packing.hpp"

namespace abut::ops {
namespace {

constexpr std::int64_t largest_tile = 16384;  // 64 KiB of each operand: a few microseconds of work
constexpr std::int64_t smallest_tile = 2048;  // below, taking a tile costs as much as its work
constexpr std::int64_t tiles_a_unit = 4;

}  // namespace

void add_list(StepBuilder& builder, const std::string& list, const std::string& prefix,
              std::span<const std::int64_t> values) {
    std::string names;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::string name = fmt::format("{}{}", prefix, i);
        builder.scalar(name, values[i]);
        names += (i == 0 ? "" : ", ") + name;
    }
    builder.constant(list, "{" + (names.empty() ? "0" : names) + "}");
}

void add_rank(StepBuilder& builder, const std::string& name, const LoopNest& nest) {
    builder.constant(name, std::max<std::int64_t>(std::ssize(nest), 1));
}

void add_lanes(StepBuilder& builder, const std::string& name, const std::string& neighbours, std::int64_t stride) {
    builder.scalar(name + "_lane", stride);
    builder.constant(neighbours, stride == 1 ? 1 : 0);
}

Tiling tiling(std::int64_t rows, std::int64_t length, std::int64_t visits, const DeviceProfile& device) {
    Tiling result{.rows = rows, .length = length, .block = 1, .chunk = length, .chunks = 1, .tiles = 0};
    if (rows == 0 || length == 0) return result;
    visits = std::max<std::int64_t>(visits, 1);
    const std::int64_t shares = tiles_a_unit * std::max(device.compute_units, 1);
    const std::int64_t work = core::checked_multiply(core::checked_multiply(rows, length), visits);
    const std::int64_t wanted = std::clamp(divided_up(work, shares), smallest_tile, largest_tile);
    const std::int64_t elements = std::max(divided_up(wanted, visits), vector_lanes);
    if (length > elements) {
        // Chunks of nearly equal length.
        result.chunk = rounded_up(divided_up(length, divided_up(length, elements)), vector_lanes);
        result.chunks = divided_up(length, result.chunk);
    } else {
        result.block = std::min(rows, elements / length);
    }
    result.tiles = divided_up(rows, result.block) * result.chunks;
    return result;
}

void add_tiling(StepBuilder& builder, const Tiling& tiling) {
    builder.scalar("rows", tiling.rows);
    builder.scalar("length", tiling.length);
    builder.scalar("block", tiling.block);
    builder.scalar("chunk", tiling.chunk);
    builder.scalar("chunks", tiling.chunks);
}

}  // namespace abut::ops
