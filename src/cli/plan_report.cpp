// SPDX-License-Identifier: Apache-2.0
#include "cli/plan_report.hpp"

#include <chrono>
#include <set>

#include "jit/generate_source.hpp"
#include "passes/pipeline.hpp"
#include "program/step_spec.hpp"

namespace abut::cli {

namespace {

using Clock = std::chrono::steady_clock;

double milliseconds(Clock::duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

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

}  // namespace

PlanReport plan_report(const std::string& model, Graph graph) {
    PlanReport report{.model = model, .graph = {}, .slices = {}, .copies = {}};
    const auto start = Clock::now();
    report.graph = passes::optimise(std::move(graph));
    const auto optimised = Clock::now();
    report.slices = plan(report.graph, {.concat = ConcatMode::Slices});
    report.passes_ms = milliseconds(optimised - start);
    report.plan_ms = milliseconds(Clock::now() - optimised);
    report.copies = plan(report.graph, {.concat = ConcatMode::Copies});
    report.variants = count_variants(report.slices, report.graph);
    return report;
}

}  // namespace abut::cli
