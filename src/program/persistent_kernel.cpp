// SPDX-License-Identifier: Apache-2.0
#include "program/persistent_kernel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include "core/fail.hpp"
#include "ops/work.hpp"
#include "program/program_state.hpp"

namespace abut::programs {
namespace {

/// OpenCL promises 1024 bytes of arguments on any device (CL_DEVICE_MAX_PARAMETER_SIZE); a base takes 16.
constexpr std::size_t most_bases = 48;

/// The place of `item` in `list`, at whose end it is added if it is nowhere.
template <class T>
std::int64_t place_of(const T& item, std::vector<T>& list) {
    const auto found = std::ranges::find(list, item);
    const auto place = found - list.begin();
    if (found == list.end()) list.push_back(item);
    return place;
}

/// Finds what each step calls with which arguments, and gathers functions and bases.
class CallList {
public:
    explicit CallList(const Program::State& program) : plan_(program.plan) {}

    StepCall call(const ops::LoweredStep& lowered, const StepVariant& variant, const Step& step) {
        StepCall result{.function = place_of(lowered.spec, functions_), .arguments = {}};
        for (std::size_t i = 0; i < lowered.spec.parameters.size(); ++i) {
            const auto& argument = lowered.arguments.at(i);
            if (argument.kind == ops::ArgumentKind::Scalar) {
                result.arguments.push_back(argument.value);
            } else {
                add_pointer(argument, size_bytes(lowered.spec.parameters[i].dtype), variant, step, result.arguments);
            }
        }
        return result;
    }
    [[nodiscard]] std::vector<ops::KernelSpec>& functions() noexcept { return functions_; }
    [[nodiscard]] std::vector<Base>& bases() noexcept { return bases_; }

private:
    void add_pointer(const ops::Argument& argument, std::int64_t element_bytes, const StepVariant& variant, const Step& step,
                     std::vector<std::int64_t>& arguments) {
        if (argument.kind == ops::ArgumentKind::Packed) {
            const auto& constant = variant.constants.at(static_cast<std::size_t>(argument.index));
            const Base base{.kind = Base::Kind::Constants, .port = -1, .constants = constant.memory};
            arguments.push_back(place_of(base, bases_));
            arguments.push_back(constant.offset_bytes / element_bytes);
            return;
        }
        const auto& views = argument.kind == ops::ArgumentKind::Read ? step.reads : step.writes;
        const auto& view = views.at(static_cast<std::size_t>(argument.index));
        const auto& root = plan_.roots.at(static_cast<std::size_t>(view.root));
        arguments.push_back(place_of(base_of(root), bases_));
        arguments.push_back((root.arena_offset_bytes + view.offset_bytes) / element_bytes);
    }

    static Base base_of(const Root& root) {
        if (root.kind == RootKind::Arena) return {};
        const bool is_input = root.kind == RootKind::Input;
        return {.kind = is_input ? Base::Kind::Input : Base::Kind::Output, .port = root.port, .constants = nullptr};
    }

    const Plan& plan_;
    std::vector<ops::KernelSpec> functions_;
    std::vector<Base> bases_;
};

std::vector<PersistentStep> persistent_steps(const std::vector<LoweredVariants>& lowered, const Program::State& program,
                                             CallList& calls) {
    std::vector<PersistentStep> result;
    std::vector<int> place(lowered.size(), -1);
    for (std::size_t i = 0; i < lowered.size(); ++i) {
        const auto& compiled = program.steps[i];
        if (compiled.promised.launch.tiles == 0) continue;
        const auto& step = program.plan.steps[i];
        PersistentStep added{.step = static_cast<int>(i),
                             .tiles = compiled.promised.launch.tiles,
                             .promised = calls.call(lowered[i].promised, compiled.promised, step),
                             .unaligned = {},
                             .dependencies = {}};
        if (lowered[i].unaligned) added.unaligned = calls.call(*lowered[i].unaligned, *compiled.unaligned, step);
        place[i] = static_cast<int>(result.size());
        for (const int before : compiled.dependencies) added.dependencies.push_back(place[static_cast<std::size_t>(before)]);
        result.push_back(std::move(added));
    }
    return result;
}

ops::KernelSpec kernel_spec(std::vector<ops::KernelSpec> functions, std::size_t bases, bool timed) {
    using ops::ParameterKind;
    ops::KernelSpec spec{.family = "cpu", .stem = "persistent", .parameters = {}, .constants = {}};
    spec.parameters.push_back({.name = "records", .kind = ParameterKind::Read, .guard = 1, .dtype = DType::Int64});
    spec.parameters.push_back({.name = "counters", .kind = ParameterKind::Write, .guard = 1, .dtype = DType::Int64});
    spec.parameters.push_back({.name = "finishes", .kind = ParameterKind::Scalar});
    std::vector<std::string> pointers;
    for (std::size_t i = 0; i < bases; ++i) {
        const auto name = fmt::format("base_{}", i);
        spec.parameters.push_back({.name = name, .kind = ParameterKind::Write, .guard = 1, .dtype = DType::Bool});
        pointers.push_back(fmt::format("{0} + {0}_offset", name));
    }
    spec.constants.push_back({.name = "BASES", .text = fmt::format("{}", fmt::join(pointers, ", "))});
    spec.constants.push_back({.name = "TIMED", .text = timed ? "1" : "0"});
    if (timed) spec.parameters.push_back({.name = "times", .kind = ParameterKind::Write, .guard = 1, .dtype = DType::Int64});
    spec.callees = std::move(functions);
    return spec;
}

Launch launch_of(const ops::KernelSpec& spec, const std::shared_ptr<const jit::CompiledKernel>& kernel, int workers,
                 std::int64_t finishes) {
    ops::LoweredStep step{.spec = spec, .arguments = {}, .constants = {}, .tiles = workers};
    int pointers = 0;
    for (const auto& parameter : spec.parameters) {
        if (parameter.kind == ops::ParameterKind::Scalar) {
            step.arguments.push_back({.kind = ops::ArgumentKind::Scalar, .index = 0, .value = finishes});
        } else {
            step.arguments.push_back({.kind = ops::ArgumentKind::Packed, .index = pointers++});
        }
    }
    return make_launch(step, kernel);
}

bool counts_fit(const std::vector<PersistentStep>& steps) {
    return std::ranges::all_of(
        steps, [](const PersistentStep& step) { return step.tiles < std::numeric_limits<std::int32_t>::max() / 2; });
}

/// What another worker may take for one tile, on a slow core, in turns of a wait.
std::int64_t spins_of_longest_tile(const std::vector<PersistentStep>& steps, const Plan& plan) {
    constexpr double spin_ns = 60;
    constexpr double flops_a_ns = 4;
    constexpr double bytes_a_ns = 1;
    constexpr double most_spins = 1 << 24;
    double longest_ns = 0;
    for (const PersistentStep& step : steps) {
        const ops::Work work = ops::work_of(plan.steps[static_cast<std::size_t>(step.step)]);
        const double step_ns = static_cast<double>(work.flops) / flops_a_ns + static_cast<double>(work.bytes) / bytes_a_ns;
        longest_ns = std::max(longest_ns, step_ns / static_cast<double>(step.tiles));
    }
    return static_cast<std::int64_t>(std::min(longest_ns / spin_ns, most_spins));
}

}  // namespace

bool has_persistent_kernels(const Device& device) {
    return device.profile().is_cpu && device.profile().kernels == KernelFamily::Cpu &&
           device.backend()->language() == device::SourceLanguage::OpenCl;
}

std::optional<PersistentSpec> persistent_spec(const std::vector<LoweredVariants>& steps, const Program::State& program,
                                              bool timed) {
    CallList calls(program);
    PersistentSpec spec{.kernel = {}, .bases = {}, .steps = persistent_steps(steps, program, calls), .timed = timed};
    if (spec.steps.empty() || calls.bases().size() > most_bases || !counts_fit(spec.steps)) return std::nullopt;
    constexpr std::int64_t millisecond_of_spins = 1 << 14;
    spec.spins = millisecond_of_spins + spins_of_longest_tile(spec.steps, program.plan);
    spec.bases = std::move(calls.bases());
    spec.kernel = kernel_spec(std::move(calls.functions()), spec.bases.size(), timed);
    return spec;
}

PersistentKernel build_persistent(PersistentSpec spec, const Device& device, const jit::BuildOptions& options,
                                  jit::BuildReport& report) {
    const auto kernel = jit::kernel_cache(device).get({&spec.kernel, 1}, options, &report).front();
    const int workers = std::max(device.profile().compute_units, 1);
    return {.run = launch_of(spec.kernel, kernel, workers, 0),
            .finish = launch_of(spec.kernel, kernel, 1, 1),
            .bases = std::move(spec.bases),
            .steps = std::move(spec.steps),
            .timed = spec.timed,
            .spins = spec.spins};
}

}  // namespace abut::programs
