// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "abut/plan.hpp"

namespace abut::cli {

enum class MoveKind : std::uint8_t {
    None,        ///< it computes
    Copy,        ///< unchanged elements are moved: a concat, split, slice or pad
    Conversion,  ///< only the layout changes
};

/// What a step does beside computing. The bytes of all steps sum up to copied_bytes and conversion_bytes of the plan.
struct StepMove {
    MoveKind kind = MoveKind::None;
    std::int64_t bytes = 0;
    int decision = -1;  ///< index of the concat that a Copy fills
};

/// By step of the plan.
std::vector<StepMove> step_moves(const Graph& graph, const Plan& plan);

}  // namespace abut::cli
