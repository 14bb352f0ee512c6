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

// A work-group takes a few elements an item, and a unit has several groups at once.
constexpr std::int64_t largest_group_tile = 4096;
constexpr std::int64_t smallest_group_tile = 256;
constexpr std::int64_t groups_a_unit = 16;

/// Elements of a tile, each visited `visits` times.
std::int64_t wanted_elements(std::int64_t elements, std::int64_t visits, const DeviceProfile& device) {
    const std::int64_t units = std::max(device.compute_units, 1);
    if (device.kernels == KernelFamily::Gpu) {
        return std::clamp(divided_up(elements, groups_a_unit * units), smallest_group_tile, largest_group_tile);
    }
    const std::int64_t work = core::checked_multiply(elements, visits);
    const std::int64_t wanted = std::clamp(divided_up(work, tiles_a_unit * units), smallest_tile, largest_tile);
    return std::max(divided_up(wanted, visits), vector_lanes);
}

}  // namespace

void add_list(StepBuilder& builder, const std::string& list, const std::string& prefix, std::span<const std::int64_t> values,
              int none, std::int64_t guard) {
    std::string names;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::string name = fmt::format("{}{}", prefix, i);
        builder.scalar(name, values[i], guard);
        names += (i == 0 ? "(INDEX)" : ", (INDEX)") + name;
    }
    builder.constant(list, "{" + (names.empty() ? std::to_string(none) : names) + "}");
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
    const std::int64_t elements =
        wanted_elements(core::checked_multiply(rows, length), std::max<std::int64_t>(visits, 1), device);
    if (length > elements) {
        // Chunks of nearly equal length; on CPUs none is shorter than a vector, since what is left of one takes longer.
        std::int64_t wanted = divided_up(length, elements);
        do {
            result.chunk = rounded_up(divided_up(length, wanted), vector_lanes);
            result.chunks = divided_up(length, result.chunk);
        } while (device.kernels == KernelFamily::Cpu && length - (result.chunks - 1) * result.chunk < vector_lanes &&
                 --wanted > 0);
    } else {
        result.block = std::min(rows, elements / length);
    }
    result.tiles = divided_up(rows, result.block) * result.chunks;
    return result;
}

void add_tiling(StepBuilder& builder, const Tiling& tiling, std::int64_t width) {
    builder.scalar("rows", tiling.rows);
    builder.scalar("length", tiling.length);
    builder.scalar("block", tiling.block);
    builder.scalar("chunk", tiling.chunk, width);
    builder.scalar("chunks", tiling.chunks);
}

}  // namespace abut::ops
