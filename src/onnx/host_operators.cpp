// SPDX-License-Identifier: Apache-2.0
#include "onnx/host_operators.hpp"

#include <algorithm>
#include <array>

#include "onnx/operator_table.hpp"

namespace abut::onnx {

namespace {

template <typename T>
HostTensor picked_as(const HostTensor& tensor, const Shape& shape, const std::vector<std::int64_t>& offsets) {
    const auto from = elements_of<T>(tensor);
    std::vector<T> elements;
    elements.reserve(offsets.size());
    for (const std::int64_t offset : offsets) elements.push_back(from[static_cast<std::size_t>(offset)]);
    return make_tensor(shape, std::move(elements));
}

}  // namespace

std::vector<std::int64_t> offsets_of(const Layout& layout, std::int64_t base) {
    const auto count = static_cast<std::size_t>(checked_host_count(layout.shape));
    std::vector<std::int64_t> offsets;
    offsets.reserve(count);
    const int rank = layout.shape.rank();
    Dims index = Dims::filled(rank, 0);
    std::int64_t offset = base;
    while (offsets.size() < count) {
        offsets.push_back(offset);
        for (int axis = rank - 1; axis >= 0; --axis) {
            offset += layout.strides[axis];
            if (++index[axis] < layout.shape[axis]) break;
            offset -= layout.strides[axis] * index[axis];
            index[axis] = 0;
        }
    }
    return offsets;
}

HostTensor picked(const HostTensor& tensor, const Shape& shape, const std::vector<std::int64_t>& offsets) {
    if (tensor.dtype == DType::Float32) return picked_as<float>(tensor, shape, offsets);
    if (tensor.dtype == DType::Int64) return picked_as<std::int64_t>(tensor, shape, offsets);
    return picked_as<std::uint8_t>(tensor, shape, offsets);
}

Shape broadcast_inputs(const NodeImport& node) {
    Shape shape;
    for (int input = 0; input < node.input_count(); ++input) {
        const Shape next = node.shape(input);
        Shape longer = next.rank() > shape.rank() ? next : shape;
        const Shape& shorter = next.rank() > shape.rank() ? shape : next;
        for (int back = 1; back <= shorter.rank(); ++back) {
            std::int64_t& extent = longer[longer.rank() - back];
            const std::int64_t other = shorter[shorter.rank() - back];
            core::require(extent == other || extent == 1 || other == 1, "{} and {} can't be broadcast together",
                          to_string(shape), to_string(next));
            if (extent == 1) extent = other;
        }
        shape = longer;
    }
    return shape;
}

template <typename T>
std::vector<T> broadcast_input(const NodeImport& node, int input, const Shape& shape) {
    const HostTensor& tensor = *node.host(input);
    const auto offsets = offsets_of(Layout::dense(tensor.shape).broadcast(shape));
    return converted<T>(picked(tensor, shape, offsets));
}

template std::vector<float> broadcast_input(const NodeImport&, int, const Shape&);
template std::vector<std::int64_t> broadcast_input(const NodeImport&, int, const Shape&);
template std::vector<std::uint8_t> broadcast_input(const NodeImport&, int, const Shape&);

ImportFunction find_host_operator(std::string_view name) {
    constexpr std::array groups = {host_arithmetic_operators, host_logic_operators, host_movement_operators,
                                   host_reduce_operators};
    for (const auto group : groups) {
        const auto entries = group();
        const auto found = std::ranges::find(entries, name, &HostEntry::name);
        if (found != entries.end()) return found->compute;
    }
    return nullptr;
}

}  // namespace abut::onnx
