// SPDX-License-Identifier: Apache-2.0
#include "program/specialised_kernel.hpp"

#include <algorithm>
#include <cstddef>

#include "core/fail.hpp"
#include "program/kernel_operands.hpp"
#include "program/weight_store.hpp"

namespace abut::inline v0 {
namespace {

using programs::Address;
using programs::BuiltVariant;
using programs::PointerSlot;

std::vector<const ops::PackedConstant*> constants_of(const SpecialisedKernel::State& kernel) {
    std::vector<const ops::PackedConstant*> constants;
    for (const auto& constant : kernel.promised.constants) constants.push_back(&constant);
    if (!kernel.unaligned) return constants;
    for (const auto& constant : kernel.unaligned->constants) constants.push_back(&constant);
    return constants;
}

Address address_of(const PointerSlot& slot, const ops::LoweredStep& step, const programs::KernelOperands& operands) {
    const auto index = static_cast<std::size_t>(slot.argument.index);
    switch (slot.argument.kind) {
        case ops::ArgumentKind::Read:
            return operands.reads.at(index);
        case ops::ArgumentKind::Write:
            return operands.output;
        case ops::ArgumentKind::Packed:
            return operands.packed(step.constants.at(index).key);
        case ops::ArgumentKind::Scalar:
            break;
    }
    core::fail_invalid("argument \"{}\" is no pointer", slot.name);
}

bool fits(const BuiltVariant& variant, const ops::LoweredStep& step, const programs::KernelOperands& operands) {
    return std::ranges::all_of(variant.launch.pointers, [&](const PointerSlot& slot) {
        return address_of(slot, step, operands).is_multiple_of(slot.guard_bytes);
    });
}

Event launch(const BuiltVariant& variant, const ops::LoweredStep& step, const programs::KernelOperands& operands,
             device::QueueBackend& queue, std::span<const std::shared_ptr<device::EventBackend>> wait) {
    for (const auto& slot : variant.launch.pointers) {
        programs::set_pointer(*variant.instance, slot, address_of(slot, step, operands));
    }
    Event event(queue.launch(*variant.instance, {.groups = variant.launch.tiles, .local = 1}, wait, true));
    queue.flush();
    return event;
}

}  // namespace

SpecialisedKernel::State::State(Device on, programs::KernelRequest asked)
    : device(std::move(on)),
      request(std::move(asked)),
      promised(programs::lower_request(request, device.profile())),
      unaligned(programs::lower_unaligned(request, promised, device.profile())) {}

Event Packed::ready() const {
    return {};  // pack() wrote the weights before it returned
}

std::int64_t Packed::size_bytes() const {
    return state_ ? state_->size_bytes : 0;
}

Packed SpecialisedKernel::pack(const Queue& queue, std::span<const float> weights) const {
    const auto& request = state_->request;
    const auto name = name_of(request.operation);
    if (request.weights < 0) core::fail_invalid("{}: it has no weights to pack", name);
    const auto& shape = request.reads[static_cast<std::size_t>(request.weights)].shape();
    core::require(static_cast<std::int64_t>(weights.size()) == element_count(shape),
                  "{}: expected weights of shape {}, {} elements, found {}", name, to_string(shape), element_count(shape),
                  weights.size());
    auto packed = std::make_shared<Packed::State>();
    const auto constants = constants_of(*state_);
    for (const auto* constant : constants) {
        if (!packed->offsets_bytes.emplace(constant->key, packed->size_bytes).second) continue;
        packed->size_bytes += programs::weight_stride_bytes(constant->size_bytes);
    }
    packed->buffer = state_->device.allocate(std::max(packed->size_bytes, programs::widest_access_bytes));
    for (const auto* constant : constants) {
        const std::vector<const void*> sources(constant->sources.size(), weights.data());
        programs::write_packed(*constant, sources, packed->buffer, packed->offsets_bytes.at(constant->key), queue);
    }
    return Packed(std::move(packed));
}

Event SpecialisedKernel::enqueue(const Queue& queue, const KernelArguments& arguments, const EnqueueOptions& options) const {
    auto& kernel = *state_;
    const auto operands = programs::kernel_operands(kernel.request, arguments, kernel.device);
    const auto wait = programs::pending(options.wait);
    const std::scoped_lock lock(kernel.mutex);
    core::require(kernel.built.has_value(), "{}: the kernel is not built; call KernelLibrary::build first",
                  name_of(kernel.request.operation));
    auto& backend = *queue.backend();
    if (kernel.built->launch.tiles == 0) return wait.empty() ? Event() : Event(backend.marker(wait));
    if (!kernel.built_unaligned || fits(*kernel.built, kernel.promised, operands)) {
        return launch(*kernel.built, kernel.promised, operands, backend, wait);
    }
    return launch(*kernel.built_unaligned, *kernel.unaligned, operands, backend, wait);
}

}  // namespace abut::inline v0
