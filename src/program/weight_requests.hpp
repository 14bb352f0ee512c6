// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "abut/program.hpp"
#include "ops/kernel_spec.hpp"
#include "program/launch.hpp"

namespace abut::programs {

/// A step for the alignment that ports promise, and for element alignment where that makes another kernel.
struct LoweredVariants {
    ops::LoweredStep promised;
    std::optional<ops::LoweredStep> unaligned;
};

/// Where the constants of each step's variants lie, in the order of LoweredStep::constants.
struct PackedSteps {
    std::vector<std::vector<Address>> promised;
    std::vector<std::vector<Address>> unaligned;
};

/// Packs all constants of the program through the store and counts their bytes in the program's statistics. The program's
/// graph has no constants after it.
PackedSteps pack_weights(const std::vector<LoweredVariants>& steps, Program::State& state, const WeightStore& store);

}  // namespace abut::programs
