// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "abut/calibrate.hpp"
#include "abut/program.hpp"
#include "core/fail.hpp"
#include "jit/kernel_cache.hpp"
#include "program/banned_kernels.hpp"
#include "program/collapsed_kernels.hpp"
#include "program/compile_anew.hpp"
#include "program/kernel_specs.hpp"
#include "program/optimised_plan.hpp"
#include "program/persistent_kernel.hpp"
#include "program/program_state.hpp"
#include "program/shared_ports.hpp"
#include "program/step_spec.hpp"
#include "program/stored_tiles.hpp"
#include "program/tune_tiles.hpp"
#include "program/variant_budget.hpp"
#include "program/variant_pairs.hpp"
#include "program/weight_prefetch.hpp"
#include "program/weight_requests.hpp"

namespace abut::inline v0 {
namespace {

using programs::LoweredVariants;

void require_running(const CompileOptions& options) {
    if (options.stop.stop_requested()) core::fail_invalid("compile: stopped");
}

void require_budget(const CompileOptions& options) {
    if (options.variant_budget >= 0) return;
    core::fail_invalid("compile: expected a variant_budget of 0 or more, found {}", options.variant_budget);
}

void require_outputs(const Graph& graph) {
    if (!graph.outputs().empty()) return;
    core::fail_invalid("graph \"{}\": it has no output; name one with Graph::output", graph.name());
}

LoweredVariants lower_variants(const Step& step, const Program::State& state) {
    const auto& profile = state.device.profile();
    const auto lowered = [&](programs::PortAlignment ports) {
        return programs::lower_step(step, state.plan, state.graph, profile, ports, state.tiles);
    };
    LoweredVariants variants{.promised = lowered(programs::PortAlignment::Promised), .unaligned = {}};
    if (!programs::relies_on_port(step, state.plan, state.graph)) return variants;
    variants.unaligned = lowered(programs::PortAlignment::Element);
    if (variants.unaligned->spec == variants.promised.spec) variants.unaligned.reset();
    return variants;
}

LoweredVariants lower_generic(const Step& step, const Program::State& state) {
    return {.promised = programs::lower_step(step, state.plan, state.graph, state.device.profile(),
                                             programs::PortAlignment::Generic, state.tiles),
            .unaligned = {}};
}

std::vector<LoweredVariants> lower_steps(const Program::State& state) {
    std::vector<LoweredVariants> lowered;
    lowered.reserve(state.plan.steps.size());
    for (const auto& step : state.plan.steps) lowered.push_back(lower_variants(step, state));
    return lowered;
}

/// Variants that should give way do so to the generic one, unless that is banned. Those that did.
template <class ShouldGiveWay>
std::vector<ops::KernelSpec> replace_by_generic(std::vector<LoweredVariants>& steps, const Program::State& state,
                                                const ShouldGiveWay& should_give_way) {
    std::vector<ops::KernelSpec> replaced;
    const programs::BannedKernels banned(state.device);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        auto& step = steps[i];
        const bool is_promised = should_give_way(step.promised.spec);
        if (!is_promised && !(step.unaligned && should_give_way(step.unaligned->spec))) continue;
        const auto& variant = is_promised ? step.promised.spec : step.unaligned->spec;
        auto generic = lower_generic(state.plan.steps[i], state);
        if (generic.promised.spec == variant || banned.contains(generic.promised.spec)) continue;
        replaced.push_back(variant);
        if (is_promised) {
            step = std::move(generic);
        } else {
            step.unaligned = std::move(generic.promised);
        }
    }
    return replaced;
}

/// Of classes that never paid on such a device.
std::vector<ops::KernelSpec> replace_collapsed(std::vector<LoweredVariants>& steps, const Program::State& state) {
    const programs::CollapsedKernels collapsed(state.device);
    if (collapsed.empty()) return {};
    return replace_by_generic(steps, state, [&](const ops::KernelSpec& spec) { return collapsed.contains(spec); });
}

void replace_beyond_budget(std::vector<LoweredVariants>& steps, const Program::State& state) {
    const auto beyond = programs::variants_beyond_budget(steps, state.plan, state.variant_budget);
    if (beyond.empty()) return;
    replace_by_generic(steps, state,
                       [&](const ops::KernelSpec& spec) { return std::ranges::find(beyond, spec) != beyond.end(); });
}

std::vector<LoweredVariants> lower_all_generic(const Program::State& state) {
    std::vector<LoweredVariants> lowered;
    for (const auto& step : state.plan.steps) lowered.push_back(lower_generic(step, state));
    return lowered;
}

/// A banned variant gives way to the generic one. Where that is banned too, building it fails.
void replace_banned(std::vector<LoweredVariants>& steps, const Program::State& state) {
    const programs::BannedKernels banned(state.device);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        auto& step = steps[i];
        if (banned.contains(step.promised.spec)) {
            step = lower_generic(state.plan.steps[i], state);
        } else if (step.unaligned && banned.contains(step.unaligned->spec)) {
            step.unaligned = lower_generic(state.plan.steps[i], state).promised;
        }
    }
}

std::vector<ops::KernelSpec> kernel_specs(const std::vector<LoweredVariants>& steps) {
    std::vector<ops::KernelSpec> specs;
    for (const auto& step : steps) {
        specs.push_back(step.promised.spec);
        if (step.unaligned) specs.push_back(step.unaligned->spec);
    }
    return specs;
}

using Kernels = std::vector<std::shared_ptr<const jit::CompiledKernel>>;

jit::BuildOptions build_options(const CompileOptions& options) {
    jit::BuildOptions build{.progress = {}, .stop = options.stop, .label = options.label};
    if (options.progress) {
        build.progress = [&options](const jit::BuildProgress& now) {
            options.progress({.done = now.done, .total = now.total, .compiling = now.compiling});
        };
    }
    return build;
}

void count(const jit::BuildReport& report, ProgramStatistics& statistics) {
    statistics.variants_compiled += report.compiled;
    statistics.compile_ms += report.compile_ms;
    statistics.load_ms += report.load_ms;
}

/// One kernel a spec of kernel_specs(), in its order.
Kernels build_kernels(const std::vector<LoweredVariants>& steps, const CompileOptions& options, jit::KernelCache& cache,
                      Program::State& state) {
    jit::BuildReport report;
    auto kernels = cache.get(kernel_specs(steps), build_options(options), &report);
    std::set<std::string> names;
    for (const auto& kernel : kernels) names.insert(kernel->name);
    state.statistics.variants = static_cast<int>(names.size());
    count(report, state.statistics);
    return kernels;
}

void add_persistent_kernel(const std::vector<LoweredVariants>& steps, const CompileOptions& options, Program::State& state) {
    if (options.execution == Execution::Launches || !programs::has_persistent_kernels(state.device)) return;
    auto spec = programs::persistent_spec(steps, state, options.timed);
    if (!spec || programs::BannedKernels(state.device).contains(spec->kernel)) return;
    if (options.execution == Execution::Background) {
        state.persistent = std::make_shared<programs::PersistentSlot>(std::move(*spec), state.device, options.label);
        return;
    }
    jit::BuildReport report;
    auto kernel = programs::build_persistent(std::move(*spec), state.device, build_options(options), report);
    state.persistent = std::make_shared<programs::PersistentSlot>(std::move(kernel));
    count(report, state.statistics);
}

/// Dependencies with those on steps that launch nothing replaced by what those wait for.
std::vector<int> launched_dependencies(const Step& step, const std::vector<programs::CompiledStep>& earlier) {
    std::set<int> result;
    for (const int dependency : step.dependencies) {
        const auto& before = earlier.at(static_cast<std::size_t>(dependency));
        if (before.promised.launch.tiles > 0) {
            result.insert(dependency);
        } else {
            result.insert(before.dependencies.begin(), before.dependencies.end());
        }
    }
    return {result.begin(), result.end()};
}

void assemble(const std::vector<LoweredVariants>& steps, const Kernels& kernels, programs::PackedSteps packed,
              Program::State& state) {
    auto kernel = kernels.begin();
    for (std::size_t i = 0; i < steps.size(); ++i) {
        programs::CompiledStep step;
        step.promised = {programs::make_launch(steps[i].promised, *kernel++), std::move(packed.promised[i])};
        if (steps[i].unaligned) {
            step.unaligned = {programs::make_launch(*steps[i].unaligned, *kernel++), std::move(packed.unaligned[i])};
        }
        step.dependencies = launched_dependencies(state.plan.steps[i], state.steps);
        state.steps.push_back(std::move(step));
    }
}

Graph graph_of_program(const Graph& graph, const Device& device, const CompileOptions& options) {
    auto optimised = programs::with_parts(programs::optimised_graph(graph), device.profile(), options.forced_rungs);
    return options.winograd ? programs::with_winograd(optimised, device.profile()) : optimised;
}

/// A program that lacks its kernels and weights.
struct LoweredProgram {
    std::shared_ptr<Program::State> state;
    std::vector<LoweredVariants> steps;
    std::vector<ops::KernelSpec> collapsed;  ///< variants that it would have else
};

/// Of a program that is planned, whatever is banned.
LoweredProgram lower_program(std::shared_ptr<Program::State> state) {
    LoweredProgram lowered{.state = std::move(state), .steps = {}, .collapsed = {}};
    lowered.steps = lower_steps(*lowered.state);
    lowered.collapsed = replace_collapsed(lowered.steps, *lowered.state);
    replace_beyond_budget(lowered.steps, *lowered.state);
    return lowered;
}

std::shared_ptr<Program::State> plan_program(Graph graph, const Device& device, const CompileOptions& options) {
    require_outputs(graph);
    require_budget(options);
    require_running(options);
    auto state = std::make_shared<Program::State>(device);
    state->tiles = programs::stored_tiles(device);
    state->variant_budget = options.variant_budget;
    state->inputs = graph.inputs();
    state->outputs = graph.outputs();
    state->cost_model = options.cost_model ? *options.cost_model : stored_cost_model(device).value_or(CostModel{});
    auto optimised =
        programs::ordered_plan(graph_of_program(graph, device, options), {.concat = options.concat,
                                                                          .memory_limit_bytes = options.memory_limit_bytes,
                                                                          .forced_rungs = options.forced_rungs,
                                                                          .cost_model = state->cost_model});
    graph = Graph();  // constants that no step needs are free from here on
    state->graph = std::move(optimised.graph);
    state->plan = std::move(optimised.plan);
    state->shared_ports = programs::taken_shared_ports(state->graph, state->plan);
    state->statistics.steps = static_cast<int>(state->plan.steps.size());
    return state;
}

LoweredProgram plan_and_lower(Graph graph, const Device& device, const CompileOptions& options) {
    auto lowered = lower_program(plan_program(std::move(graph), device, options));
    replace_banned(lowered.steps, *lowered.state);
    require_running(options);
    return lowered;
}

/// Gives the program its kernels and weights; steps learn what they bring near.
void finish(std::vector<LoweredVariants>& steps, const CompileOptions& options, jit::KernelCache& cache,
            Program::State& state) {
    const auto kernels = build_kernels(steps, options, cache, state);
    require_running(options);
    auto packed = programs::pack_weights(steps, state, options.weights);
    programs::prefetch_weights(steps, packed, state.device.profile());
    assemble(steps, kernels, std::move(packed), state);
}

}  // namespace

Program compile(Graph graph, const Device& device, const CompileOptions& options) {
    auto [state, steps, collapsed] = plan_and_lower(std::move(graph), device, options);
    finish(steps, options, jit::kernel_cache(device), *state);
    add_persistent_kernel(steps, options, *state);
    return Program(std::move(state));
}

ProgramStatistics warm(Graph graph, const Device& device, const CompileOptions& options) {
    return programs::warm(std::move(graph), device, options, [] {});
}

}  // namespace abut::inline v0

namespace abut::programs {

WantedKernels wanted_kernels_of(Graph graph, const Device& device, const CompileOptions& options) {
    auto lowered = plan_and_lower(std::move(graph), device, options);
    return {.specs = kernel_specs(lowered.steps), .collapsed = std::move(lowered.collapsed)};
}

std::vector<ops::KernelSpec> kernel_specs_of(Graph graph, const Device& device, const CompileOptions& options) {
    return wanted_kernels_of(std::move(graph), device, options).specs;
}

std::vector<VariantPair> variant_pairs_of(Graph graph, const Device& device, const CompileOptions& options) {
    const auto state = plan_program(std::move(graph), device, options);
    return variant_pairs(lower_steps(*state), *state);
}

ProgramStatistics warm(Graph graph, const Device& device, const CompileOptions& options,
                       const std::function<void()>& planned) {
    const auto [state, steps, collapsed] = plan_and_lower(std::move(graph), device, options);
    planned();
    static_cast<void>(build_kernels(steps, options, jit::kernel_cache(device), *state));
    return state->statistics;
}

Program compile_in_tiles(Graph graph, const Device& device, const CompileOptions& options, ops::TileTable tiles) {
    auto state = plan_program(std::move(graph), device, options);
    state->tiles = std::move(tiles);
    auto lowered = lower_program(std::move(state));
    replace_banned(lowered.steps, *lowered.state);
    finish(lowered.steps, options, jit::kernel_cache(device), *lowered.state);
    add_persistent_kernel(lowered.steps, options, *lowered.state);
    return Program(std::move(lowered.state));
}

Program compile_anew(Graph graph, const Device& device, const CompileOptions& options, AnewVariants variants) {
    auto state = plan_program(std::move(graph), device, options);
    auto steps = variants == AnewVariants::Generic ? lower_all_generic(*state) : lower_program(state).steps;
    const Device without_cache(
        device.backend(),
        {.log = device.options().log, .cache = {.mode = CacheMode::Off}, .kernels = device.profile().kernels});
    jit::KernelCache cache(without_cache, jit::sources_for_compiling_anew());
    finish(steps, options, cache, *state);
    return Program(std::move(state));
}

}  // namespace abut::programs
