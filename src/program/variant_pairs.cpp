// SPDX-License-Identifier: Apache-2.0
#include "program/variant_pairs.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "ops/work.hpp"
#include "program/program_state.hpp"
#include "program/step_spec.hpp"

namespace abut::programs {
namespace {

/// The variant of a step, and that step.
struct ServedStep {
    const ops::LoweredStep* variant = nullptr;
    std::size_t step = 0;
    PortAlignment ports = PortAlignment::Promised;
    ops::Work work;
};

bool has_more_work(const ops::Work& a, const ops::Work& b) {
    return std::pair(a.flops, a.bytes) > std::pair(b.flops, b.bytes);
}

void add_served(const ServedStep& served, std::vector<ServedStep>& all) {
    if (served.variant->tiles == 0) return;
    const auto same =
        std::ranges::find_if(all, [&](const ServedStep& other) { return other.variant->spec == served.variant->spec; });
    if (same == all.end()) {
        all.push_back(served);
    } else if (has_more_work(served.work, same->work)) {
        *same = served;
    }
}

}  // namespace

std::vector<VariantPair> variant_pairs(const std::vector<LoweredVariants>& steps, const Program::State& state) {
    std::vector<ServedStep> served;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        ServedStep of_step{.variant = &steps[i].promised, .step = i, .work = ops::work_of(state.plan.steps[i])};
        add_served(of_step, served);
        if (!steps[i].unaligned) continue;
        of_step.variant = &*steps[i].unaligned;
        of_step.ports = PortAlignment::Element;
        add_served(of_step, served);
    }
    const auto& profile = state.device.profile();
    std::vector<VariantPair> pairs;
    for (const auto& each : served) {
        const auto& step = state.plan.steps[each.step];
        auto generic = lower_step(step, state.plan, state.graph, profile, PortAlignment::Generic, state.tiles);
        if (generic.spec == each.variant->spec) continue;
        pairs.push_back({.step = step_spec(step, state.plan, state.graph, profile, each.ports),
                         .variant = *each.variant,
                         .generic = std::move(generic)});
    }
    return pairs;
}

}  // namespace abut::programs
