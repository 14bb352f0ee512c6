// SPDX-License-Identifier: Apache-2.0
#include "cli/plan_report.hpp"

#include <chrono>
#include <set>
#include <tuple>
#include <utility>

#include "cli/rung_costs.hpp"
#include "jit/generate_source.hpp"
#include "passes/pipeline.hpp"
#include "program/optimised_plan.hpp"
#include "program/step_spec.hpp"

namespace abut::cli {

namespace {

using Clock = std::chrono::steady_clock;

double milliseconds(Clock::duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

/// Of a CPU with the widest vectors: no device is opened for a plan.
DeviceProfile assumed_device() {
    return {};
}

int count_variants(const Plan& plan, const Graph& graph) {
    const DeviceProfile profile = assumed_device();
    std::set<std::string> keys;
    for (const Step& step : plan.steps) {
        const auto lowered = programs::lower_step(step, plan, graph, profile, programs::PortAlignment::Promised);
        keys.insert(jit::variant_key(lowered.spec));
    }
    return static_cast<int>(keys.size());
}

/// The plan with slices, and the graph that it speaks of.
std::pair<Graph, Plan> plan_with_slices(Graph optimised, const abut::PlanOptions& options, OperandOrder order) {
    if (order == OperandOrder::Free) {
        auto [graph, ordered] = programs::ordered_plan(optimised, options);
        return {std::move(graph), std::move(ordered)};
    }
    Plan as_given = plan(optimised, options);
    return {std::move(optimised), std::move(as_given)};
}

}  // namespace

PlanReport plan_report(const std::string& model, const Graph& graph, const abut::PlanOptions& options, OperandOrder order) {
    PlanReport report{.model = model, .graph = {}, .slices = {}, .copies = {}};
    const auto start = Clock::now();
    Graph optimised = passes::optimise(graph);
    if (order == OperandOrder::Free) optimised = programs::with_parts(optimised, assumed_device(), options.forced_rungs);
    optimised = programs::with_winograd(optimised, assumed_device());
    const auto planning = Clock::now();
    std::tie(report.graph, report.slices) = plan_with_slices(std::move(optimised), options, order);
    report.passes_ms = milliseconds(planning - start);
    report.plan_ms = milliseconds(Clock::now() - planning);
    add_rung_costs(report.graph, options, report.slices);
    report.copies = plan(report.graph, {.concat = ConcatMode::Copies, .cost_model = options.cost_model});
    report.cost_model = options.cost_model;
    report.variants = count_variants(report.slices, report.graph);
    return report;
}

}  // namespace abut::cli
