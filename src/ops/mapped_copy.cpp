// SPDX-License-Identifier: Apache-2.0
#include "ops/mapped_copy.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include "ops/expression_code.hpp"
#include "ops/group_access.hpp"
#include "ops/loop_nest.hpp"
#include "ops/loop_parameters.hpp"
#include "ops/operands.hpp"
#include "ops/step_builder.hpp"

namespace abut::ops {
namespace {

constexpr int no_map = -1;

/// Where the map of `loop` begins in `tables`; no_map if it has none.
std::int64_t map_start(const LoopAxis& loop, std::span<const AxisMap> maps, AxisTables& tables) {
    return loop.map < 0 ? no_map : tables.add(maps[static_cast<std::size_t>(loop.map)]);
}

}  // namespace

LoweredStep lower_mapped_copy(const StepSpec& step, std::span<const AxisMap> maps, float fill, const DeviceProfile& device) {
    const Layout x = layout_of(step.reads[0]);
    const Layout& y = step.writes[0].spec.layout;
    std::array<bool, Dims::max_rank> is_mapped{};
    for (std::size_t axis = 0; axis < maps.size(); ++axis) is_mapped[axis] = !maps[axis].empty();
    LoopNest outer = normalised(mapped_nest(y.shape, x.strides, y.strides, is_mapped), y_operand);
    constexpr std::array<std::size_t, 1> along_y{y_operand};
    const int axis = lane_axis(outer, along_y);
    LoopAxis lanes{.extent = 1, .strides = {1, 1}};
    if (axis >= 0) lanes = taken(outer, static_cast<std::size_t>(axis));
    outer = joined(std::move(outer));

    AxisTables tables;
    std::vector<std::int64_t> starts;
    for (const LoopAxis& loop : outer) starts.push_back(map_start(loop, maps, tables));
    const std::int64_t lanes_start = map_start(lanes, maps, tables);
    const std::int64_t rows = iterations(outer);
    const Tiling tiles = tiling(rows, lanes.extent, 1, device);

    StepBuilder builder("mapped_copy");
    if (device.kernels == KernelFamily::Gpu) add_group(builder, step, 1);
    add_input(builder, "x", step, 0);
    add_output(builder, "y");
    builder.packed("table", tables.packed());
    add_lanes(builder, "x", "X_NEIGHBOURS", lanes.strides[x_operand]);
    add_lanes(builder, "y", "Y_NEIGHBOURS", lanes.strides[y_operand]);
    add_list(builder, "EXTENTS", "extent", extents_of(outer));
    add_list(builder, "X_STRIDES", "x_stride", strides_of(outer, x_operand));
    add_list(builder, "Y_STRIDES", "y_stride", strides_of(outer, y_operand));
    add_list(builder, "MAP_STARTS", "map_start", starts, no_map);
    builder.scalar("lanes_start", lanes_start);
    add_rank(builder, "RANK", outer);
    builder.constant("LANES_MAPPED", lanes_start >= 0 ? 1 : 0);
    builder.constant("FILL", float_literal(fill));
    add_tiling(builder, tiles);
    return builder.finish(tiles.tiles);
}

}  // namespace abut::ops
