// SPDX-License-Identifier: Apache-2.0
#include "support/run_step.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <random>
#include <span>

#include "device/backend.hpp"
#include "jit/kernel_cache.hpp"

namespace abut::test {
namespace {

constexpr std::int64_t element_bytes = sizeof(float);
constexpr std::int64_t canary_elements = 64;
/// A quiet NaN with a payload, so that a changed canary shows and a canary that is read poisons the result.
constexpr std::uint32_t canary = 0x7fc0ab07;

/// Calls visit(i, element offset) for element i of the view in row-major order.
template <class Visit>
void for_each_element(const Layout& layout, Visit visit) {
    const std::int64_t count = element_count(layout.shape);
    Dims index = Dims::filled(layout.shape.rank(), 0);
    for (std::int64_t i = 0; i < count; ++i) {
        visit(static_cast<std::size_t>(i), static_cast<std::size_t>(layout.offset_of(index)));
        for (int axis = layout.shape.rank() - 1; axis >= 0 && ++index[axis] == layout.shape[axis]; --axis) index[axis] = 0;
    }
}

/// A buffer with one view in it, and what it held before the step.
struct TestBuffer {
    Placed placed;
    std::vector<std::uint32_t> before;
    std::shared_ptr<device::Memory> memory;

    TestBuffer(const Placed& where, const Tensor* tensor)
        : placed(where),
          before(static_cast<std::size_t>(2 * canary_elements + where.offset + where.layout.extent()), canary) {
        if (tensor == nullptr) return;
        for_each_element(placed.layout, [&](std::size_t i, std::size_t offset) {
            before.at(base() + offset) = std::bit_cast<std::uint32_t>(tensor->elements.at(i));
        });
    }

    [[nodiscard]] std::size_t base() const { return static_cast<std::size_t>(canary_elements + placed.offset); }

    [[nodiscard]] ops::Operand operand() const {
        const auto bytes = static_cast<std::int64_t>(base()) * element_bytes;
        constexpr std::int64_t most = 64;
        return {.spec = ViewSpec(DType::Float32, placed.layout, Alignment{std::gcd(bytes, most), 0}), .constant = {}};
    }

    void upload(device::Backend& backend, device::QueueBackend& queue) {
        memory = backend.allocate(static_cast<std::int64_t>(before.size()) * element_bytes);
        queue.write(*memory, 0, std::as_bytes(std::span(before)));
    }

    /// The view's elements now; `damage` gets what changed outside it (anywhere where `is_output` is false).
    [[nodiscard]] Tensor download(device::QueueBackend& queue, bool is_output, std::string& damage) const {
        std::vector<std::uint32_t> after(before.size());
        queue.read(*memory, 0, std::as_writable_bytes(std::span(after)));
        Tensor tensor{placed.layout.shape, std::vector<float>(static_cast<std::size_t>(element_count(placed.layout.shape)))};
        std::vector<bool> may_change(before.size(), false);
        for_each_element(placed.layout, [&](std::size_t i, std::size_t offset) {
            tensor.elements[i] = std::bit_cast<float>(after.at(base() + offset));
            may_change.at(base() + offset) = is_output;
        });
        for (std::size_t i = 0; i < before.size(); ++i) {
            if (may_change[i] || before[i] == after[i]) continue;
            damage += fmt::format("element {} of {} {} changed; ", static_cast<std::ptrdiff_t>(i - base()),
                                  is_output ? "output" : "input", to_string(placed.layout));
            break;
        }
        return tensor;
    }
};

std::shared_ptr<device::Memory> packed_memory(const ops::PackedConstant& constant, const std::vector<StepInput>& inputs,
                                              device::Backend& backend, device::QueueBackend& queue) {
    std::vector<const void*> sources;
    for (const ValueId source : constant.sources) {
        sources.push_back(inputs.at(static_cast<std::size_t>(source.index)).tensor.elements.data());
    }
    std::vector<std::uint32_t> bytes(static_cast<std::size_t>(constant.size_bytes / element_bytes), canary);
    constant.pack(sources, bytes.data());
    auto memory = backend.allocate(constant.size_bytes);
    queue.write(*memory, 0, std::as_bytes(std::span(bytes)));
    return memory;
}

struct StepBuffers {
    std::vector<TestBuffer> reads;
    std::vector<TestBuffer> writes;
    std::vector<std::shared_ptr<device::Memory>> constants;
};

void bind(device::Kernel& kernel, const ops::LoweredStep& lowered, const StepBuffers& buffers) {
    int index = 0;
    const auto bind_view = [&](const std::shared_ptr<device::Memory>& memory, std::size_t offset) {
        kernel.set(index++, memory);
        kernel.set(index++, device::ScalarType::Int64, static_cast<std::int64_t>(offset));
    };
    for (const ops::Argument& argument : lowered.arguments) {
        const auto of = static_cast<std::size_t>(argument.index);
        switch (argument.kind) {
            case ops::ArgumentKind::Read:
                bind_view(buffers.reads.at(of).memory, buffers.reads.at(of).base());
                break;
            case ops::ArgumentKind::Write:
                bind_view(buffers.writes.at(of).memory, buffers.writes.at(of).base());
                break;
            case ops::ArgumentKind::Packed:
                bind_view(buffers.constants.at(of), 0);
                break;
            case ops::ArgumentKind::Scalar:
                kernel.set(index++, device::ScalarType::Int64, argument.value);
                break;
        }
    }
}

}  // namespace

Tensor random_tensor(const Shape& shape, std::uint32_t seed, float low, float high) {
    std::mt19937 random(seed);
    Tensor tensor{shape, {}};
    constexpr float unit = 0x1p-32F;
    for (std::int64_t i = element_count(shape); i > 0; --i) {
        tensor.elements.push_back(low + (high - low) * static_cast<float>(random()) * unit);
    }
    return tensor;
}

Placed placed_in(const Layout& whole, const Shape& shape, int axis, std::int64_t begin, std::int64_t offset) {
    std::int64_t moved = 0;
    Layout layout = whole.slice(axis, begin, begin + shape[axis], moved);
    return {.layout = std::move(layout), .offset = offset + moved};
}

const Device& test_device() {
    static const Device device = [] {
        const char* selector = std::getenv("ABUT_TEST_DEVICE");
        return Device::open(selector != nullptr ? selector : "opencl:0");
    }();
    return device;
}

StepResult run_step(const Operation& operation, const std::vector<StepInput>& inputs, const std::vector<Placed>& outputs,
                    Lowering lowering) {
    const auto& backend = test_device().backend();
    const auto queue = backend->queue();
    StepBuffers buffers;
    ops::StepSpec spec{.operation = operation, .reads = {}, .writes = {}};
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const StepInput& input = inputs[i];
        const Placed where = input.is_constant ? Placed{Layout::dense(input.tensor.shape), 0} : input.placed;
        buffers.reads.emplace_back(where, &input.tensor);
        spec.reads.push_back(buffers.reads.back().operand());
        if (input.is_constant) spec.reads.back().constant = ValueId{static_cast<std::int32_t>(i)};
    }
    for (const Placed& output : outputs) {
        buffers.writes.emplace_back(output, nullptr);
        spec.writes.push_back(buffers.writes.back().operand());
    }
    const ops::LoweredStep lowered = lowering(spec, test_device().profile());
    const auto compiled = jit::kernel_cache(test_device()).get({&lowered.spec, 1}).front();
    for (TestBuffer& buffer : buffers.reads) buffer.upload(*backend, *queue);
    for (TestBuffer& buffer : buffers.writes) buffer.upload(*backend, *queue);
    for (const ops::PackedConstant& constant : lowered.constants) {
        buffers.constants.push_back(packed_memory(constant, inputs, *backend, *queue));
    }
    const auto kernel = compiled->module->kernel(compiled->name);
    bind(*kernel, lowered, buffers);
    if (lowered.tiles > 0) queue->launch(*kernel, {.groups = lowered.tiles, .local = 1}, {}, false);
    queue->finish();

    StepResult result;
    for (const TestBuffer& buffer : buffers.reads) static_cast<void>(buffer.download(*queue, false, result.damage));
    for (const TestBuffer& buffer : buffers.writes) result.outputs.push_back(buffer.download(*queue, true, result.damage));
    return result;
}

std::string difference(const Tensor& actual, const Tensor& expected, float rtol, float atol) {
    if (!(actual.shape == expected.shape)) {
        return fmt::format("expected the shape {}, found {}", to_string(expected.shape), to_string(actual.shape));
    }
    std::string worst;
    float most = 0;
    for (std::size_t i = 0; i < expected.elements.size(); ++i) {
        const float error = std::fabs(actual.elements[i] - expected.elements[i]);
        const float allowed = atol + rtol * std::fabs(expected.elements[i]);
        const bool both_nan = std::isnan(actual.elements[i]) && std::isnan(expected.elements[i]);
        if (both_nan || actual.elements[i] == expected.elements[i] || error <= allowed ||
            (error <= most && !worst.empty())) {
            continue;
        }
        most = std::isnan(error) ? INFINITY : error;
        worst = fmt::format("element {} of {}: expected {}, found {}", i, to_string(expected.shape), expected.elements[i],
                            actual.elements[i]);
    }
    return worst;
}

}  // namespace abut::test
