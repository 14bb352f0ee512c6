// SPDX-License-Identifier: Apache-2.0
#include "ops/window_panel.hpp"

#include <algorithm>
#include <tuple>

#include "core/fail.hpp"
#include "ops/window_views.hpp"

namespace abut::ops {

std::int64_t private_room(std::int64_t vectors) {
    constexpr std::int64_t step = 1 << 12;
    constexpr std::int64_t most = std::int64_t{7 << 20} / (vector_lanes * element_bytes);
    if (vectors > most) {
        core::fail(
            ErrorCode::Unsupported,
            "expected a kernel whose tile needs at most {} bytes of a thread's stack, found one that needs {}: its input "
            "rows and columns of one output pixel are too many; use a smaller kernel or dilation",
            most * vector_lanes * element_bytes, vectors * vector_lanes * element_bytes);
    }
    // Arrays that follow one another begin in different sets of a cache.
    constexpr std::int64_t apart = 24;
    return rounded_up(vectors, step) + apart;
}

WindowPanel window_panel(const WindowProblem& problem, const WindowTile& tile, const ReductionOrder& order) {
    const auto& [rows, columns] = std::tie(problem.rows, problem.columns);
    WindowPanel panel;
    const bool rows_follow = tile.height > 1;
    panel.rows = rows_follow ? (tile.height - 1) * rows.stride + rows.kernel : rows.kernel;
    panel.row_step = rows_follow ? 1 : rows.dilation;
    const std::int64_t shared = (tile.columns() - 1) * columns.stride + (columns.kernel - 1) * columns.dilation + 1;
    const bool a_set_a_tap = columns.kernel * tile.columns() < shared;
    panel.sets = a_set_a_tap ? columns.kernel : 1;
    panel.set_columns = a_set_a_tap ? tile.columns() : shared;
    panel.column_step = a_set_a_tap ? columns.stride : 1;
    panel.set_step = a_set_a_tap ? columns.dilation : 0;
    panel.next_columns = tile.columns() * columns.stride;

    const std::int64_t chunk = std::min(order.chunk, problem.channels);
    if (order.channels_before_columns) {
        panel.set_pitch = rounded_up(panel.set_columns, vector_lanes);
        panel.channel_pitch = panel.sets * panel.set_pitch;
        panel.row_pitch = panel.channel_pitch * problem.channels;
    } else {
        panel.column_pitch = has_dynamic_depth(problem) ? order.chunk : rounded_up(chunk, vector_lanes);
        panel.set_pitch = panel.column_pitch * panel.set_columns;
        panel.row_pitch = panel.set_pitch * panel.sets;
    }
    panel.pixel_step = a_set_a_tap ? panel.column_pitch : columns.stride * panel.column_pitch;
    panel.pixel_row_step = rows_follow ? rows.stride * panel.row_pitch : 0;
    panel.tap_step = a_set_a_tap ? panel.set_pitch : columns.dilation * panel.column_pitch;
    return panel;
}

void add_panel(StepBuilder& builder, const WindowProblem& problem, const WindowPanel& panel, const ReductionOrder& order) {
    add_segments(builder, problem);
    builder.number("X_HEIGHT", problem.rows.in)
        .number("X_WIDTH", problem.columns.in)
        .number("PANEL_ROWS", panel.rows)
        .number("SET_COLUMNS", panel.set_columns)
        .number("ROW_STEP", panel.row_step)
        .number("SET_STEP", panel.set_step)
        .number("NEXT_COLUMNS", panel.next_columns)
        .number("PANEL_SET_PITCH", panel.set_pitch);
    // Where an unrolled loop goes over rows of the panel, it needs the distance.
    if (panel.pixel_row_step != 0) {
        builder.constant("PANEL_ROW_PITCH", panel.row_pitch);
    } else {
        builder.number("PANEL_ROW_PITCH", panel.row_pitch);
    }
    builder.constant("CHANNEL_LANES", order.channels_before_columns ? 0 : 1)
        .constant("SETS", panel.sets)
        .constant("COLUMN_STEP", panel.column_step)
        .constant("PANEL_COLUMN_PITCH", panel.column_pitch)
        .constant("PANEL_CHANNEL_PITCH", panel.channel_pitch)
        .constant("PANEL_ROOM", private_room(divided_up(panel.rows * panel.row_pitch, vector_lanes)))
        .constant("PIXEL_STEP", panel.pixel_step)
        .constant("PIXEL_ROW_STEP", panel.pixel_row_step);
}

}  // namespace abut::ops
