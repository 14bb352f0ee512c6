// SPDX-License-Identifier: Apache-2.0
#include "passes/constant_tensor.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "graph/infer.hpp"

namespace abut::passes {
namespace {

/// Offsets of `shape`'s elements (row-major) in a dense tensor that is broadcast to it, one axis at a time.
std::vector<std::size_t> broadcast_offsets(const Shape& from, const Shape& shape) {
    const Layout layout = Layout::dense(from).broadcast(shape);
    std::vector<std::size_t> offsets{0};
    for (int axis = 0; axis < shape.rank(); ++axis) {
        std::vector<std::size_t> finer;
        finer.reserve(offsets.size() * static_cast<std::size_t>(shape[axis]));
        for (const std::size_t offset : offsets) {
            for (std::int64_t i = 0; i < shape[axis]; ++i) {
                finer.push_back(offset + static_cast<std::size_t>(i * layout.strides[axis]));
            }
        }
        offsets = std::move(finer);
    }
    return offsets;
}

}  // namespace

bool has_floats(const Value& value) {
    return value.dtype == DType::Float32 && value.data != nullptr;
}

std::span<const float> floats_of(const Value& value) {
    return {static_cast<const float*>(value.data.get()), static_cast<std::size_t>(element_count(value.shape))};
}

std::vector<float> channel_floats(const Value& value, std::int64_t count) {
    const auto given = floats_of(value);
    if (given.size() == 1) return std::vector<float>(static_cast<std::size_t>(count), given.front());
    return {given.begin(), given.end()};
}

ConstantTensor ConstantTensor::of(const Graph& graph, ValueId constant) {
    const auto elements = floats_of(graph.value(constant));
    return {graph.value(constant).shape, {elements.begin(), elements.end()}, constant};
}

bool ConstantTensor::is_uniform() const {
    const auto bits = [](double element) { return std::bit_cast<std::uint64_t>(element); };
    return !elements.empty() &&
           std::ranges::all_of(elements, [&](double element) { return bits(element) == bits(elements.front()); });
}

bool combines_without_growth(const ConstantTensor& a, const ConstantTensor& b) {
    const auto joined = static_cast<std::size_t>(element_count(inference::broadcast_shapes(a.shape, b.shape)));
    return joined <= std::max(a.elements.size(), b.elements.size());
}

ConstantTensor combined(const ConstantTensor& a, const ConstantTensor& b,
                        const std::function<double(double, double)>& function) {
    ConstantTensor result{inference::broadcast_shapes(a.shape, b.shape), {}, {}};
    const auto from_a = broadcast_offsets(a.shape, result.shape);
    const auto from_b = broadcast_offsets(b.shape, result.shape);
    for (std::size_t i = 0; i < from_a.size(); ++i) {
        result.elements.push_back(function(a.elements[from_a[i]], b.elements[from_b[i]]));
    }
    return result;
}

ConstantTensor transformed(const ConstantTensor& a, const std::function<double(double)>& function) {
    ConstantTensor result{a.shape, {}, {}};
    result.elements.reserve(a.elements.size());
    std::ranges::transform(a.elements, std::back_inserter(result.elements), function);
    return result;
}

}  // namespace abut::passes
