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
            instance.ports.push_back({&slot, &view});
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

void StepRunner::bind_ports(const Memories& memories) {
    if (!has_tiles()) return;
    const auto& instance = !unaligned_.kernel || fits(promised_, memories) ? promised_ : unaligned_;
    for (const auto& port : instance.ports) {
        set_pointer(*instance.kernel, *port.slot, memories.address_of(*port.view, *plan_));
    }
    chosen_ = instance.kernel.get();
}

std::shared_ptr<device::EventBackend> StepRunner::launch(device::QueueBackend& queue,
                                                         std::span<const std::shared_ptr<device::EventBackend>> wait,
                                                         bool signal) {
    const auto& variant = chosen_ == promised_.kernel.get() ? compiled_->promised : *compiled_->unaligned;
    return queue.launch(*chosen_, {.groups = variant.launch.tiles, .local = variant.launch.items}, wait, signal);
}

}  // namespace abut::programs
