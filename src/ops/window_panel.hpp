// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "ops/step_builder.hpp"
#include "ops/window_problem.hpp"
#include "ops/window_tile.hpp"

namespace abut::ops {

/// How a tile's input lies in private memory; pitches in floats. See kernels/cpu/panel.cl.
struct WindowPanel {
    std::int64_t rows = 0;
    std::int64_t sets = 1;
    std::int64_t set_columns = 0;
    std::int64_t row_step = 1;
    std::int64_t column_step = 1;
    std::int64_t set_step = 0;
    std::int64_t next_columns = 0;  ///< to the tile that is likely to follow, 0 where that isn't known
    std::int64_t column_pitch = 1;
    std::int64_t channel_pitch = 1;
    std::int64_t set_pitch = 0;
    std::int64_t row_pitch = 0;
    // Between pixels of the tile and between taps of the kernel.
    std::int64_t pixel_step = 0;
    std::int64_t pixel_row_step = 0;
    std::int64_t tap_step = 0;
};

/// How large a private array of a tile is where it needs so many vectors: one of few sizes, so that variants need not differ
/// in it. It lies on the stack of the driver's thread, most of it untouched. Throws Unsupported where that has no room.
std::int64_t private_room(std::int64_t vectors);

/// The panel of `tile`, whose reduction runs in `order`.
WindowPanel window_panel(const WindowProblem& problem, const WindowTile& tile, const ReductionOrder& order);

/// Adds the constants and numbers of kernels/cpu/panel.cl but PROLOGUE_BODY, and the steps between pixels.
void add_panel(StepBuilder& builder, const WindowProblem& problem, const WindowPanel& panel, const ReductionOrder& order);

}  // namespace abut::ops
