// SPDX-License-Identifier: Apache-2.0
#include "program/specialised_kernel.hpp"

#include <algorithm>
#include <cstddef>

#include "core/alignments.hpp"
#include "core/required.hpp"
#include "graph/strided_walk.hpp"
#include "program/banned_kernels.hpp"
#include "program/collapsed_kernels.hpp"
#include "program/kernel_operands.hpp"
#include "program/stored_tiles.hpp"
#include "program/weight_store.hpp"

namespace abut::inline v0 {
namespace {

using programs::Address;
using programs::BuiltVariant;
using programs::PointerSlot;

/// A variant that is banned, or of a class that never paid on such a device, gives way to that which relies on elements
/// alone. Where that is banned too, building a banned one fails, and one that is not serves.
ops::LoweredStep lower_allowed(const programs::KernelRequest& request, const Device& device, const ops::TileTable& tiles) {
    auto promised = programs::lower_request(request, device.profile(), tiles);
    const programs::BannedKernels banned(device);
    const bool is_banned = banned.contains(promised.spec);
    if (!is_banned && !programs::CollapsedKernels(device).contains(promised.spec)) return promised;
    auto generic = programs::lower_unaligned(request, promised, device.profile(), tiles);
    if (!generic || (!is_banned && banned.contains(generic->spec))) return promised;
    return *std::move(generic);
}

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

/// The elements of a view in the order of its shape.
std::vector<float> row_major(std::span<const float> memory, const Layout& layout) {
    std::vector<float> elements;
    elements.reserve(static_cast<std::size_t>(element_count(layout.shape)));
    reference::StridedWalk walk(layout.shape, {layout.strides});
    for (std::int64_t i = element_count(layout.shape); i > 0; --i) {
        elements.push_back(memory[static_cast<std::size_t>(walk.offset(0))]);
        walk.advance();
    }
    return elements;
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
    Event event(
        queue.launch(*variant.instance, {.groups = variant.launch.tiles, .local = variant.launch.items}, wait, true));
    queue.flush();
    return event;
}

}  // namespace

SpecialisedKernel::State::State(Device on, programs::KernelRequest asked)
    : device(std::move(on)),
      request(std::move(asked)),
      tiles(programs::stored_tiles(device)),
      promised(lower_allowed(request, device, tiles)),
      unaligned(programs::lower_unaligned(request, promised, device.profile(), tiles)) {}

Event Packed::ready() const {
    return {};  // pack() wrote the weights before it returned
}

std::int64_t Packed::size_bytes() const {
    return state_ ? state_->size_bytes : 0;
}

Packed SpecialisedKernel::pack(const Queue& queue, std::span<const float> weights) const {
    const auto& kernel = core::required(state_, "kernel");
    const auto& request = kernel.request;
    const auto name = name_of(request.operation);
    if (request.weights < 0) core::fail_invalid("{}: it has no weights to pack", name);
    const auto& layout = request.reads[static_cast<std::size_t>(request.weights)].layout;
    if (std::ssize(weights) != layout.extent()) {
        core::fail_invalid("{}: expected weights of shape {}, which are {} elements in memory, found {}", name,
                           to_string(layout), layout.extent(), weights.size());
    }
    const auto gathered = layout.is_dense() ? std::vector<float>() : row_major(weights, layout);
    const float* elements = gathered.empty() ? weights.data() : gathered.data();
    auto packed = std::make_shared<Packed::State>();
    const auto constants = constants_of(kernel);
    for (const auto* constant : constants) {
        if (!packed->offsets_bytes.emplace(constant->key, packed->size_bytes).second) continue;
        packed->size_bytes += programs::weight_stride_bytes(constant->size_bytes);
    }
    packed->buffer = kernel.device.allocate(std::max(packed->size_bytes, core::widest_access_bytes));
    for (const auto* constant : constants) {
        const std::vector<const void*> sources(constant->sources.size(), elements);
        programs::write_packed(*constant, sources, packed->buffer, packed->offsets_bytes.at(constant->key), queue);
    }
    return Packed(std::move(packed));
}

Event SpecialisedKernel::enqueue(const Queue& queue, const KernelArguments& arguments, const EnqueueOptions& options) const {
    auto& kernel = core::required(state_, "kernel");
    auto& backend = core::required(queue.backend(), "queue");
    const auto operands = programs::kernel_operands(kernel.request, arguments, kernel.device);
    const auto wait = programs::pending(options.wait);
    const std::scoped_lock lock(kernel.mutex);
    core::require(kernel.built.has_value(), "{}: the kernel is not built; call KernelLibrary::build first",
                  name_of(kernel.request.operation));
    if (kernel.built->launch.tiles == 0) return wait.empty() ? Event() : Event(backend.marker(wait));
    if (!kernel.built_unaligned || fits(*kernel.built, kernel.promised, operands)) {
        return launch(*kernel.built, kernel.promised, operands, backend, wait);
    }
    return launch(*kernel.built_unaligned, *kernel.unaligned, operands, backend, wait);
}

}  // namespace abut::inline v0
