// SPDX-License-Identifier: Apache-2.0
#include "program/step_runner.hpp"

#include <algorithm>

namespace abut::programs {
namespace {

bool is_port(const PlannedView& view, const Plan& plan) {
    const auto kind = plan.roots.at(static_cast<std::size_t>(view.root)).kind;
    return kind == RootKind::Input || kind == RootKind::Output;
}

Address moved(Address address, std::int64_t bytes) {
    address.offset_bytes += bytes;
    return address;
}

}  // namespace

Address Memories::address_of(const PlannedView& view, const Plan& plan) const {
    const auto& root = plan.roots.at(static_cast<std::size_t>(view.root));
    if (root.kind == RootKind::Arena) return moved(arena, root.arena_offset_bytes + view.offset_bytes);
    const auto& ports = root.kind == RootKind::Input ? inputs : outputs;
    return moved(ports.at(static_cast<std::size_t>(root.port)), view.offset_bytes);
}

StepRunner::StepRunner(const CompiledStep& compiled, const Step& step, const Plan& plan, const Memories& memories)
    : compiled_(&compiled),
      step_(&step),
      plan_(&plan) {
    if (!has_tiles()) return;
    promised_ = instantiate(compiled.promised, memories);
    if (compiled.unaligned) unaligned_ = instantiate(*compiled.unaligned, memories);
    chosen_ = promised_.kernel.get();
}

const PlannedView& StepRunner::view_of(const ops::Argument& argument) const {
    const auto& views = argument.kind == ops::ArgumentKind::Read ? step_->reads : step_->writes;
    return views.at(static_cast<std::size_t>(argument.index));
}

StepRunner::Instance StepRunner::instantiate(const StepVariant& variant, const Memories& memories) const {
    Instance instance{.kernel = variant.launch.instantiate(), .ports = {}};
    for (const auto& slot : variant.launch.pointers) {
        if (slot.argument.kind == ops::ArgumentKind::Packed) {
            set_pointer(*instance.kernel, slot, variant.constants.at(static_cast<std::size_t>(slot.argument.index)));
        } else if (const auto& view = view_of(slot.argument); is_port(view, *plan_)) {
            instance.ports.push_back({.slot = &slot, .view = &view, .memory = {}});
        } else {
            set_pointer(*instance.kernel, slot, memories.address_of(view, *plan_));
        }
    }
    return instance;
}

bool StepRunner::fits(const Instance& instance, const Memories& memories) const {
    return std::ranges::all_of(instance.ports, [&](const PortSlot& port) {
        return memories.address_of(*port.view, *plan_).is_multiple_of(port.slot->guard_bytes);
    });
}

void StepRunner::bind(Instance& instance, PortSlot& port, const Memories& memories) {
    const auto address = memories.address_of(*port.view, *plan_);
    if (port.memory.lock() == address.memory && port.offset_bytes == address.offset_bytes) return;
    has_changed_ = true;
    set_pointer(*instance.kernel, *port.slot, address);
    port.memory = address.memory;
    port.offset_bytes = address.offset_bytes;
}

void StepRunner::bind_ports(const Memories& memories) {
    if (!has_tiles()) return;
    auto& instance = !unaligned_.kernel || fits(promised_, memories) ? promised_ : unaligned_;
    for (auto& port : instance.ports) bind(instance, port, memories);
    if (chosen_ != instance.kernel.get()) has_changed_ = true;
    chosen_ = instance.kernel.get();
}

device::LaunchShape StepRunner::shape() const {
    const auto& variant = is_promised() ? compiled_->promised : *compiled_->unaligned;
    return {.groups = variant.launch.tiles, .local = variant.launch.items};
}

std::shared_ptr<device::EventBackend> StepRunner::launch(device::QueueBackend& queue,
                                                         std::span<const std::shared_ptr<device::EventBackend>> wait,
                                                         bool signal) {
    return queue.launch(*chosen_, shape(), wait, signal);
}

}  // namespace abut::programs
