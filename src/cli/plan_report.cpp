// SPDX-License-Identifier: Apache-2.0
#include "cli/plan_report.hpp"

#include <set>
#include <utility>

#include "jit/generate_source.hpp"
#include "passes/pipeline.hpp"
#include "program/optimised_plan.hpp"
#include "program/step_spec.hpp"

namespace abut::cli {

namespace {

// Of a CPU with the widest vectors; no device is opened for a plan.
int count_variants(const Plan& plan, const Graph& graph) {
    const DeviceProfile profile;
    std::set<std::string> keys;
    for (const Step& step : plan.steps) {
        const auto lowered = programs::lower_step(step, plan, graph, profile, programs::PortAlignment::Promised);
        keys.insert(jit::variant_key(lowered.spec));
    }
    return static_cast<int>(keys.size());
}

planning::OrderedPlan plan_with_slices(const Graph& graph, const PlanOptions& options, OperandOrder order) {
    if (order == OperandOrder::Free) return programs::optimised_plan(graph, options);
    planning::OrderedPlan result{.graph = passes::optimise(graph), .plan = {}};
    result.plan = plan(result.graph, options);
    return result;
}

}  // namespace

PlanReport plan_report(const std::string& model, const Graph& graph, std::optional<std::int64_t> memory_limit_bytes,
                       OperandOrder order) {
    auto [optimised, slices] = plan_with_slices(graph, {.memory_limit_bytes = memory_limit_bytes}, order);
    PlanReport report{.model = model, .graph = std::move(optimised), .slices = std::move(slices), .copies = {}};
    report.copies = plan(report.graph, {.concat = ConcatMode::Copies});
    report.variants = count_variants(report.slices, report.graph);
    return report;
}

}  // namespace abut::cli
