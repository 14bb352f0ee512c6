// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "abut/graph.hpp"
#include "cli/context.hpp"
#include "cli/print.hpp"
#include "jit/collapsed_classes.hpp"
#include "jit/variant_benefits.hpp"

/// The part of `abut tune` that measures what variants gain.
namespace abut::cli {

/// A model before it is planned.
struct TunedModel {
    std::string name;
    Graph graph;
};

/// What was measured, and what the cache keeps of it.
struct TunedBenefits {
    std::vector<jit::MeasuredBenefit> measured;
    std::size_t noted = 0;
    std::vector<jit::CollapsedClass> collapsed{};  ///< on this class of device, whenever it was measured
};

/// Measures each variant that runs of the models have and that relies on more than its generic one, and notes it in the
/// cache. Classes that do not pay collapse there, unless none is to. Plans go by `costs`.
TunedBenefits tune_benefits(std::span<const TunedModel> models, const CostModel& costs, bool may_collapse,
                            const Device& device, const Context& context);

/// A table; one line where no variant was there to be measured.
std::string tuned_benefits_text(const TunedBenefits& tuned);
Json tuned_benefits_json(const TunedBenefits& tuned);

}  // namespace abut::cli
