// SPDX-License-Identifier: Apache-2.0
#include "support/slice_matrix.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "ops/kernel_spec.hpp"

namespace abut::test {
namespace {

std::int64_t pitch_elements(Pitch pitch, std::int64_t extent) {
    constexpr std::int64_t line = 64 / ops::element_bytes;
    constexpr std::int64_t pack = 16 / ops::element_bytes;
    const std::int64_t lines = (extent / line + 1) * line;
    const std::int64_t packs = (extent / pack + 1) * pack;
    switch (pitch) {
        case Pitch::Packed:
            return extent;
        case Pitch::Of64Bytes:
            return lines;
        case Pitch::Of16Bytes:
            return packs % line == 0 ? packs + pack : packs;
        case Pitch::Odd:
            break;
    }
    return extent + 1 + extent % 2;
}

Lowering with_alignment(const std::function<std::int64_t(std::int64_t known)>& bytes) {
    return [bytes](const ops::StepSpec& step, const DeviceProfile& device) {
        auto changed = step;
        const auto change = [&](ops::Operand& operand) {
            operand.spec.alignment = {bytes(operand.spec.alignment.power_of_two()), 0};
        };
        std::ranges::for_each(changed.reads, change);
        std::ranges::for_each(changed.writes, change);
        return ops::lower(changed, device);
    };
}

std::vector<SlicedOperation> make_operations() {
    const auto image = random_tensor({1, 20, 3, 4}, 1);
    const auto rows = random_tensor({7, 20}, 2);
    return {{"conv2d", Conv2d{.pads = {1, 1, 1, 1}}, {image, random_tensor({24, 20, 3, 3}, 3)}},
            {"dense", Dense{}, {rows, random_tensor({20, 24}, 4)}},
            {"product", Dense{}, {rows, random_tensor({20, 24}, 5)}, 2},
            {"elementwise", Elementwise{Expression::of(Function::Add)}, {image, random_tensor(image.shape, 6)}, 2}};
}

}  // namespace

std::string to_string(Pitch pitch) {
    constexpr const char* names[] = {"packed", "a multiple of 64 bytes", "a multiple of 16 bytes", "odd"};
    return names[static_cast<std::size_t>(pitch)];
}

const std::vector<SlicedOperation>& sliced_operations() {
    static const auto operations = make_operations();
    return operations;
}

const SlicedOperation& sliced_operation(const std::string& name) {
    return *std::ranges::find(sliced_operations(), name, &SlicedOperation::name);
}

Placed slice_at(const Shape& shape, SlicePlace place) {
    Shape whole = shape;
    whole[1] = pitch_elements(place.pitch, shape[1]);
    return placed_in(Layout::channels_last(whole), shape, 1, 0, place.offset);
}

PreparedStep sliced_step(const Device& device, const SlicedOperation& test, SlicePlace in, SlicePlace out,
                         const Lowering& lowering) {
    std::vector<StepInput> inputs;
    for (const auto& tensor : test.inputs) {
        const bool is_constant = inputs.size() >= test.views;
        inputs.push_back({tensor, is_constant ? Placed{} : slice_at(tensor.shape, in), is_constant});
    }
    const auto expected = reference::evaluate_node(test.operation, test.inputs).front();
    return {device, test.operation, std::move(inputs), {slice_at(expected.shape, out)}, lowering};
}

Lowering knowing_at_most(std::int64_t bytes) {
    return with_alignment([bytes](std::int64_t known) { return std::min(known, bytes); });
}

Lowering promising(std::int64_t bytes) {
    return with_alignment([bytes](std::int64_t) { return bytes; });
}

}  // namespace abut::test
