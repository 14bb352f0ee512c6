// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "abut/program.hpp"
#include "ops/lower.hpp"
#include "program/weight_requests.hpp"

namespace abut::programs {

/// A variant and the generic one that could serve in its place, for one step.
struct VariantPair {
    ops::StepSpec step;  ///< where its views lie for the variant
    ops::LoweredStep variant;
    ops::LoweredStep generic;
};

/// Of the steps' variants, each once, those that differ from their generic ones; with the step that has most work of those
/// that it serves. `steps` are the plan's.
std::vector<VariantPair> variant_pairs(const std::vector<LoweredVariants>& steps, const Program::State& state);

}  // namespace abut::programs
