// SPDX-License-Identifier: Apache-2.0
#include "program/step_spec.hpp"

#include <algorithm>
#include <numeric>

#include "core/alignments.hpp"
#include "core/fail.hpp"
#include "program/launch.hpp"

namespace abut::programs {
namespace {

bool is_port(const Root& root) {
    return root.kind == RootKind::Input || root.kind == RootKind::Output;
}

const Port& port_of(const Root& root, const Graph& graph) {
    const auto& ports = root.kind == RootKind::Input ? graph.inputs() : graph.outputs();
    return ports.at(static_cast<std::size_t>(root.port));
}

const Root& root_of(const PlannedView& view, const Plan& plan) {
    return plan.roots.at(static_cast<std::size_t>(view.root));
}

Alignment root_alignment(const Root& root, const Graph& graph, DType dtype, const DeviceProfile& device,
                         PortAlignment ports) {
    switch (root.kind) {
        case RootKind::Arena:
            return Alignment{arena_alignment_bytes(device), 0}.moved(root.arena_offset_bytes);
        case RootKind::Constant:
            return {size_bytes(dtype), 0};
        case RootKind::Input:
        case RootKind::Output:
            break;
    }
    return ports == PortAlignment::Promised ? port_of(root, graph).spec.alignment : Alignment{size_bytes(dtype), 0};
}

/// Only what a guard can say is kept, so that steps whose offsets differ share a variant.
Alignment guarded(const Alignment& alignment) {
    return {std::min(alignment.power_of_two(), core::widest_access_bytes), 0};
}

ops::Operand operand(const PlannedView& view, const Plan& plan, const Graph& graph, const DeviceProfile& device,
                     PortAlignment ports) {
    const auto& root = root_of(view, plan);
    const bool is_generic = ports == PortAlignment::Generic && root.kind != RootKind::Constant;
    const auto alignment = is_generic ? Alignment{size_bytes(view.dtype), 0}
                                      : root_alignment(root, graph, view.dtype, device, ports).moved(view.offset_bytes);
    return {.spec = ViewSpec(view.dtype, view.layout, guarded(alignment)), .constant = root.constant};
}

/// Kernels get constants packed from all of their row-major elements.
void require_whole_constants(const Step& step, const Plan& plan) {
    for (const auto& view : step.reads) {
        if (root_of(view, plan).kind != RootKind::Constant) continue;
        if (view.offset_bytes == 0 && view.layout.is_dense()) continue;
        core::fail(ErrorCode::Unsupported,
                   "it reads the part {} of a constant at byte {}, expected the whole; fold the constant first",
                   to_string(view.layout), view.offset_bytes);
    }
}

}  // namespace

ops::StepSpec step_spec(const Step& step, const Plan& plan, const Graph& graph, const DeviceProfile& device,
                        PortAlignment ports) {
    require_whole_constants(step, plan);
    ops::StepSpec spec{
        .operation = step.operation, .reads = {}, .writes = {}, .segments = step.segments, .stores = step.stores};
    for (const auto& view : step.reads) spec.reads.push_back(operand(view, plan, graph, device, ports));
    for (const auto& view : step.writes) spec.writes.push_back(operand(view, plan, graph, device, ports));
    return spec;
}

std::int64_t arena_alignment_bytes(const DeviceProfile& device) {
    return std::gcd(device.buffer_alignment_bytes, core::widest_access_bytes);
}

ops::LoweredStep lower_step(const Step& step, const Plan& plan, const Graph& graph, const DeviceProfile& device,
                            PortAlignment ports, const ops::TileTable& tiles) try {
    return ops::lower(ops::in_tile_of(tiles, step_spec(step, plan, graph, device, ports), device), device);
} catch (const Error& error) {
    core::fail(error.code(), "step \"{}\": {}", step.name, error.what());
}

bool relies_on_port(const Step& step, const Plan& plan, const Graph& graph) {
    const auto relies = [&](const PlannedView& view) {
        const auto& root = root_of(view, plan);
        if (!is_port(root)) return false;
        return port_of(root, graph).spec.alignment.moved(view.offset_bytes).power_of_two() > size_bytes(view.dtype);
    };
    return std::ranges::any_of(step.reads, relies) || std::ranges::any_of(step.writes, relies);
}

}  // namespace abut::programs
