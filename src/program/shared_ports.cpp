// SPDX-License-Identifier: Apache-2.0
#include "program/shared_ports.hpp"

#include "core/fail.hpp"
#include "device/backend.hpp"
#include "program/port_binding.hpp"

namespace abut::programs {
namespace {

/// Where a view begins: in host memory by its address, so that two wrappers of one range are the same.
struct Begin {
    const void* memory = nullptr;
    std::int64_t offset_bytes = 0;
    bool operator==(const Begin&) const = default;
};

Begin begin_of(const TensorView& view, std::int64_t offset_bytes) {
    const auto& memory = view.buffer().memory();
    const std::int64_t offset = offset_in_memory_bytes(view) + offset_bytes;
    const auto* host = dynamic_cast<const device::HostMemory*>(memory.get());
    if (host == nullptr) return {memory.get(), offset};
    return {static_cast<const std::byte*>(host->data()) + offset, 0};
}

}  // namespace

std::vector<SharedPorts> taken_shared_ports(const Graph& graph, const Plan& plan) {
    std::vector<SharedPorts> taken;
    for (const SharedPorts& shared : graph.shared_ports()) {
        const ValueId value = graph.inputs().at(static_cast<std::size_t>(shared.input)).value;
        const auto& view = plan.placements.at(static_cast<std::size_t>(value.index));
        if (!view || plan.roots.at(static_cast<std::size_t>(view->root)).kind != RootKind::Output) continue;
        taken.push_back(shared);
    }
    return taken;
}

std::int64_t shared_offset_bytes(const SharedPorts& shared, const ViewSpec& output) {
    std::int64_t elements = 0;
    for (int axis = 0; axis < shared.begin.rank(); ++axis) elements += shared.begin[axis] * output.layout.strides[axis];
    return elements * size_bytes(output.dtype);
}

void require_shared(std::span<const SharedPorts> shared, const std::vector<Port>& input_ports,
                    std::span<const TensorView* const> inputs, const std::vector<Port>& output_ports,
                    std::span<const TensorView* const> outputs) {
    for (const SharedPorts& ports : shared) {
        const auto input = static_cast<std::size_t>(ports.input);
        const auto output = static_cast<std::size_t>(ports.output);
        const std::int64_t offset = shared_offset_bytes(ports, output_ports[output].spec);
        if (begin_of(*inputs[input], 0) == begin_of(*outputs[output], offset)) continue;
        core::fail_invalid(
            "input \"{}\": expected the memory of output \"{}\", {} bytes behind its first element, as Graph::share says; "
            "found another place",
            input_ports[input].name, output_ports[output].name, offset);
    }
}

}  // namespace abut::programs
