// SPDX-License-Identifier: Apache-2.0
#include "support/prepared_step.hpp"

#include <fmt/format.h>

#include <limits>
#include <numeric>
#include <span>
#include <utility>

#include "device/backend.hpp"
#include "support/emulated_cuda.hpp"
#include "support/placed_view.hpp"

namespace abut::test {
namespace {

constexpr std::int64_t canary_elements = 64;

/// Of all that an operation reads, and of all that it writes.
struct DTypes {
    DType reads = DType::Float32;
    DType writes = DType::Float32;
};

DTypes dtypes_of(const Operation& operation) {
    const auto* cast = std::get_if<Cast>(&operation);
    if (cast == nullptr) return {};
    return {cast->to == DType::Bool ? DType::Float32 : DType::Bool, cast->to};
}

ViewSpec spec_of(const Placed& placed, DType dtype) {
    constexpr std::int64_t most = 64;
    const std::int64_t bytes = (canary_elements + placed.offset) * size_bytes(dtype);
    return {dtype, placed.layout, Alignment{std::gcd(bytes, most), 0}};
}

PlacedView view_of(const Device& device, const Placed& placed, DType dtype) {
    return {device, spec_of(placed, dtype), canary_elements + placed.offset};
}

/// A constant is no argument by itself; its view only shows where a kernel takes it for one.
Placed place_of(const StepInput& input) {
    return input.is_constant ? Placed{Layout::dense(input.tensor.shape), 0} : input.placed;
}

ops::StepSpec step_spec(const Operation& operation, const std::vector<StepInput>& inputs,
                        const std::vector<Placed>& outputs) {
    ops::StepSpec spec{.operation = operation, .reads = {}, .writes = {}};
    const DTypes dtypes = dtypes_of(operation);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        spec.reads.push_back({.spec = spec_of(place_of(inputs[i]), dtypes.reads), .constant = {}});
        if (inputs[i].is_constant) spec.reads.back().constant = ValueId{static_cast<std::int32_t>(i)};
    }
    for (const Placed& output : outputs) spec.writes.push_back({.spec = spec_of(output, dtypes.writes), .constant = {}});
    return spec;
}

Buffer packed(const ops::PackedConstant& constant, const std::vector<StepInput>& inputs, const Device& device,
              const Queue& queue) {
    std::vector<const void*> sources;
    for (const ValueId source : constant.sources) {
        sources.push_back(inputs.at(static_cast<std::size_t>(source.index)).tensor.elements.data());
    }
    const auto count = static_cast<std::size_t>(constant.size_bytes) / sizeof(float);
    std::vector<float> elements(count, std::numeric_limits<float>::quiet_NaN());
    constant.pack(sources, elements.data());
    auto buffer = device.allocate(constant.size_bytes);
    queue.write(buffer, 0, std::as_bytes(std::span(elements)));
    return buffer;
}

void set_view(device::Kernel& kernel, int& index, const TensorView& view) {
    kernel.set(index++, view.buffer().memory());
    kernel.set(index++, device::ScalarType::Int64, view.offset_bytes() / size_bytes(view.dtype()));
}

void set_constant(device::Kernel& kernel, int& index, const Buffer& buffer) {
    kernel.set(index++, buffer.memory());
    kernel.set(index++, device::ScalarType::Int64, 0);
}

}  // namespace

Placed placed_in(const Layout& whole, const Shape& shape, int axis, std::int64_t begin, std::int64_t offset) {
    std::int64_t moved = 0;
    Layout layout = whole.slice(axis, begin, begin + shape[axis], moved);
    return {.layout = std::move(layout), .offset = offset + moved};
}

struct PreparedStep::Memory {
    std::vector<PlacedView> reads;
    std::vector<PlacedView> writes;
    std::vector<Buffer> constants;
};

PreparedStep::PreparedStep(const Device& device, const Operation& operation, std::vector<StepInput> inputs,
                           std::vector<Placed> outputs, const Lowering& lowering)
    : device_(device),
      inputs_(std::move(inputs)),
      outputs_(std::move(outputs)),
      reads_(dtypes_of(operation).reads),
      writes_(dtypes_of(operation).writes),
      lowered_(lowering(step_spec(operation, inputs_, outputs_), device.profile())) {}

PreparedStep::Memory PreparedStep::upload(const Queue& queue) const {
    Memory memory;
    for (const StepInput& input : inputs_) {
        memory.reads.push_back(view_of(device_, place_of(input), reads_));
        memory.reads.back().write(queue, input.tensor);
    }
    for (const Placed& output : outputs_) {
        memory.writes.push_back(view_of(device_, output, writes_));
        memory.writes.back().clear(queue);
    }
    for (const ops::PackedConstant& constant : lowered_.constants) {
        memory.constants.push_back(packed(constant, inputs_, device_, queue));
    }
    return memory;
}

void PreparedStep::bind(device::Kernel& kernel, const Memory& memory) const {
    int index = 0;
    for (const ops::Argument& argument : lowered_.arguments) {
        const auto of = static_cast<std::size_t>(argument.index);
        switch (argument.kind) {
            case ops::ArgumentKind::Read:
                set_view(kernel, index, memory.reads.at(of).view());
                break;
            case ops::ArgumentKind::Write:
                set_view(kernel, index, memory.writes.at(of).view());
                break;
            case ops::ArgumentKind::Packed:
                set_constant(kernel, index, memory.constants.at(of));
                break;
            case ops::ArgumentKind::Scalar:
                kernel.set(index++, device::ScalarType::Int64, argument.value);
                break;
        }
    }
}

StepResult PreparedStep::download(const Queue& queue, const Memory& memory) const {
    StepResult result;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        const PlacedView& view = memory.reads[i];
        result.damage += view.damage(queue);
        if (!same_bits(view.read(queue), inputs_[i].tensor)) result.damage += fmt::format("input {} was written; ", i);
    }
    for (const PlacedView& view : memory.writes) {
        result.damage += view.damage(queue);
        result.outputs.push_back(view.read(queue));
    }
    return result;
}

StepResult PreparedStep::run_once(const jit::CompiledKernel& compiled) const {
    const Queue queue = device_.queue();
    const Memory memory = upload(queue);
    const auto kernel = compiled.module->kernel(compiled.name);
    bind(*kernel, memory);
    if (lowered_.tiles > 0)
        queue.backend()->launch(*kernel, {.groups = lowered_.tiles, .local = lowered_.spec.items}, {}, false);
    queue.finish();
    return download(queue, memory);
}

StepResult PreparedStep::run(const jit::CompiledKernel& compiled) const {
    auto result = run_once(compiled);
    if (!reorders_work_items(device_)) return result;
    const auto again = run_once(compiled);
    result.damage += again.damage;
    for (std::size_t i = 0; i < result.outputs.size(); ++i) {
        if (!same_bits(result.outputs[i], again.outputs[i]))
            result.damage += fmt::format("output {} has other bits in another order of work-items; ", i);
    }
    return result;
}

}  // namespace abut::test
