// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "abut/program.hpp"
#include "jit/variant_benefits.hpp"
#include "program/variant_pairs.hpp"

namespace abut::programs {

/// One turn of a variant and its generic one, which runs between two of the variant, in nanoseconds a launch.
struct BenefitTurn {
    double variant_ns = 0;
    double generic_ns = 0;
    double again_ns = 0;
};

/// What turns say, of which there is at least one: benefit, noise and samples of a MeasuredBenefit. Pure.
jit::MeasuredBenefit benefit_of(std::span<const BenefitTurn> turns);

/// Of each pair, in their order: at least 15 turns, and at most 101 in about a tenth of a second. Builds what the cache
/// lacks, generic variants too. Throws as KernelCache::get does.
std::vector<jit::MeasuredBenefit> measure_benefits(std::span<const VariantPair> pairs, const Device& device,
                                                   const CompileOptions& options);

}  // namespace abut::programs
