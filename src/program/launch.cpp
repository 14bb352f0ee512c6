// SPDX-License-Identifier: Apache-2.0
#include "program/launch.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "abut/layout.hpp"
#include "core/fail.hpp"

namespace abut::programs {
namespace {

int index_of(const jit::CompiledKernel& kernel, std::string_view name, device::ScalarType type) {
    const auto& parameters = kernel.parameters;
    const auto found = std::ranges::find(parameters, name, &device::KernelParameter::name);
    if (found == parameters.end()) {
        core::fail(ErrorCode::Compiler, "kernel {}: it was built without parameter \"{}\"; remove it from the cache",
                   kernel.name, name);
    }
    if (found->type != type) {
        core::fail(ErrorCode::Compiler, "kernel {}: parameter \"{}\" was built as {}, expected {}; remove it from the cache",
                   kernel.name, name, device::to_string(found->type), device::to_string(type));
    }
    return static_cast<int>(found - parameters.begin());
}

void require_all_bound(const Launch& launch) {
    const auto bound = 2 * launch.pointers.size() + launch.scalars.size();
    if (bound == launch.kernel->parameters.size()) return;
    core::fail(ErrorCode::Compiler, "kernel {}: it was built with {} parameters, expected {}; remove it from the cache",
               launch.kernel->name, launch.kernel->parameters.size(), bound);
}

void require_guard(const ops::Parameter& parameter, std::int64_t value, const jit::CompiledKernel& kernel) {
    if (value % parameter.guard == 0) return;
    core::fail_invalid("kernel {}: scalar \"{}\" is {}, expected a multiple of {}", kernel.name, parameter.name, value,
                       parameter.guard);
}

}  // namespace

bool Address::is_multiple_of(std::int64_t bytes) const {
    return Alignment{memory->alignment_bytes(), 0}.moved(offset_bytes).power_of_two() % bytes == 0;
}

std::unique_ptr<device::Kernel> Launch::instantiate() const {
    auto instance = kernel->module->kernel(kernel->name);
    for (const auto& scalar : scalars) instance->set(scalar.index, device::ScalarType::Int64, scalar.value);
    return instance;
}

Launch make_launch(const ops::LoweredStep& step, std::shared_ptr<const jit::CompiledKernel> kernel) {
    Launch launch{.kernel = std::move(kernel), .pointers = {}, .scalars = {}, .tiles = step.tiles, .items = step.spec.items};
    for (std::size_t i = 0; i < step.spec.parameters.size(); ++i) {
        const auto& parameter = step.spec.parameters[i];
        const auto& argument = step.arguments.at(i);
        if (parameter.kind == ops::ParameterKind::Scalar) {
            require_guard(parameter, argument.value, *launch.kernel);
            launch.scalars.push_back({index_of(*launch.kernel, parameter.name, device::ScalarType::Int64), argument.value});
            continue;
        }
        launch.pointers.push_back(
            {.name = parameter.name,
             .argument = argument,
             .memory_index = index_of(*launch.kernel, parameter.name, device::ScalarType::Pointer),
             .offset_index = index_of(*launch.kernel, parameter.name + "_offset", device::ScalarType::Int64),
             .guard_bytes = parameter.guard,
             .element_bytes = size_bytes(parameter.dtype)});
    }
    require_all_bound(launch);
    return launch;
}

void set_pointer(device::Kernel& kernel, const PointerSlot& slot, const Address& address) {
    if (!address.is_multiple_of(slot.guard_bytes)) {
        core::fail_invalid("argument \"{}\": its address is no multiple of {} bytes, which the kernel was built for",
                           slot.name, slot.guard_bytes);
    }
    kernel.set(slot.memory_index, address.memory);
    kernel.set(slot.offset_index, device::ScalarType::Int64, address.offset_bytes / slot.element_bytes);
}

std::vector<std::shared_ptr<device::EventBackend>> pending(std::span<const Event> events) {
    std::vector<std::shared_ptr<device::EventBackend>> result;
    for (const auto& event : events) {
        if (event.backend()) result.push_back(event.backend());
    }
    return result;
}

}  // namespace abut::programs
