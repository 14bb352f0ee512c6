// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "cli/commands.hpp"
#include "cli/load_model.hpp"
#include "cli/plan_map.hpp"
#include "cli/plan_report.hpp"
#include "jit/generate_source.hpp"
#include "onnx/publish_file.hpp"
#include "onnx/with_name.hpp"
#include "passes/pipeline.hpp"
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

PlanReport make_report(const std::string& model, Graph graph) {
    PlanReport report{.model = model, .graph = passes::optimise(std::move(graph)), .slices = {}, .copies = {}};
    report.slices = plan(report.graph, {.concat = ConcatMode::Slices});
    report.copies = plan(report.graph, {.concat = ConcatMode::Copies});
    report.variants = count_variants(report.slices, report.graph);
    return report;
}

}  // namespace

int execute(const PlanOptions& options, Context& context) {
    const std::string& model = options.model.model;
    if (options.html) onnx::require_publishable(*options.html);
    Graph graph = load_model(options.model, {}, context);
    const auto report = onnx::with_name(onnx::printable(model), [&] { return make_report(model, std::move(graph)); });
    if (options.html) onnx::publish_file(*options.html, plan_map_page(report));
    if (context.json()) {
        print_json(plan_json(report));
    } else {
        print(plan_text(report));
    }
    return exit_done;
}

}  // namespace abut::cli
