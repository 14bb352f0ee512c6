// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/checked.hpp"
#include "onnx/host_operators.hpp"
#include "onnx/shape_rules.hpp"

namespace abut::onnx {

namespace {

using Offsets = std::vector<std::int64_t>;

template <Shape (*rule)(NodeImport&)>
void compute_reshape(NodeImport& node) {
    const Shape shape = rule(node);
    node.set(reshaped(*node.host(0), shape));
}

void compute_identity(NodeImport& node) {
    node.set(*node.host(0));
}

void compute_transpose(NodeImport& node) {
    const Layout layout = Layout::dense(node.shape(0)).permute(transpose_rule(node));
    node.set(picked(*node.host(0), layout.shape, offsets_of(layout)));
}

void compute_slice(NodeImport& node) {
    const Slice slice = slice_rule(node);
    Layout layout = Layout::dense(node.shape(0));
    std::int64_t base = 0;
    for (int axis = 0; axis < slice.sizes.rank(); ++axis) {
        base += slice.begin[axis] * layout.strides[axis];
        layout.strides[axis] *= slice.steps[axis];
    }
    layout.shape = slice.sizes;
    node.set(picked(*node.host(0), layout.shape, offsets_of(layout, base)));
}

void compute_split(NodeImport& node) {
    const Split split = split_rule(node);
    const Layout whole = Layout::dense(node.shape(0));
    std::int64_t begin = 0;
    for (std::size_t i = 0; i < split.sizes.size(); ++i) {
        std::int64_t base = 0;
        const std::int64_t end = core::checked_add(begin, split.sizes[i]);
        const Layout part = whole.slice(split.axis, begin, end, base);
        node.set(static_cast<int>(i), picked(*node.host(0), part.shape, offsets_of(part, base)));
        begin = end;
    }
    core::require(begin == node.shape(0)[split.axis], "sizes add up to {}, but the extent is {}", begin,
                  node.shape(0)[split.axis]);
}

void compute_gather(NodeImport& node) {
    const GatherRule rule = gather_rule(node);
    const Shape x = node.shape(0);
    const std::int64_t after = element_count(Shape(std::span(x.begin() + rule.axis + 1, x.end())));
    const std::int64_t before = element_count(Shape(std::span(x.begin(), x.begin() + rule.axis)));
    Offsets offsets;
    offsets.reserve(static_cast<std::size_t>(checked_host_count(rule.output)));
    for (std::int64_t row = 0; row < before; ++row) {
        for (const std::int64_t index : rule.indices) {
            for (std::int64_t i = 0; i < after; ++i) offsets.push_back((row * x[rule.axis] + index) * after + i);
        }
    }
    node.set(picked(*node.host(0), rule.output, offsets));
}

void compute_expand(NodeImport& node) {
    const Shape shape = expand_rule(node);
    node.set(picked(*node.host(0), shape, offsets_of(Layout::dense(node.shape(0)).broadcast(shape))));
}

// Along each axis the index starts again after the axis' extent: one axis of repeats, one of elements.
void compute_tile(NodeImport& node) {
    const Dims repeats = tile_rule(node);
    const Layout dense = Layout::dense(node.shape(0));
    core::require(2 * repeats.rank() <= Dims::max_rank, "a known tensor of {} axes can't be tiled", repeats.rank());
    Layout layout;
    Shape shape;
    for (int axis = 0; axis < repeats.rank(); ++axis) {
        layout.shape.push_back(repeats[axis]);
        layout.strides.push_back(0);
        layout.shape.push_back(dense.shape[axis]);
        layout.strides.push_back(dense.strides[axis]);
        shape.push_back(core::checked_multiply(repeats[axis], dense.shape[axis]));
    }
    node.set(picked(*node.host(0), shape, offsets_of(layout)));
}

template <typename T>
HostTensor joined(const NodeImport& node, int axis) {
    Shape shape = node.shape(0);
    shape[axis] = 0;
    for (int input = 0; input < node.input_count(); ++input) {
        Shape part = node.shape(input);
        core::require(part.rank() == shape.rank(), "operands of shapes {} and {}", to_string(node.shape(0)),
                      to_string(part));
        shape[axis] = core::checked_add(shape[axis], part[axis]);
        part[axis] = shape[axis];
        core::require(part == shape, "operands of shapes {} and {}", to_string(node.shape(0)), to_string(node.shape(input)));
    }
    std::vector<T> result;
    result.reserve(static_cast<std::size_t>(checked_host_count(shape)));
    const std::int64_t rows = element_count(Shape(std::span(shape.begin(), shape.begin() + axis)));
    for (std::int64_t row = 0; row < rows; ++row) {
        for (int input = 0; input < node.input_count(); ++input) {
            const auto from = elements_of<T>(*node.host(input));
            const std::size_t length = from.size() / static_cast<std::size_t>(rows);
            const auto part = from.subspan(static_cast<std::size_t>(row) * length, length);
            result.insert(result.end(), part.begin(), part.end());
        }
    }
    return make_tensor(shape, std::move(result));
}

void compute_concat(NodeImport& node) {
    const int axis = concat_rule(node);
    for (int input = 0; input < node.input_count(); ++input) {
        core::require(node.dtype(input) == node.dtype(0), "operands of {} and {}", to_string(node.dtype(0)),
                      to_string(node.dtype(input)));
    }
    if (node.dtype(0) == DType::Float32) return node.set(joined<float>(node, axis));
    if (node.dtype(0) == DType::Int64) return node.set(joined<std::int64_t>(node, axis));
    node.set(joined<std::uint8_t>(node, axis));
}

template <typename T>
void fill_range(NodeImport& node) {
    const T start = converted<T>(*node.host(0)).at(0);
    const T limit = converted<T>(*node.host(1)).at(0);
    const T step = converted<T>(*node.host(2)).at(0);
    core::require(step != 0, "the step is 0");
    const double count =
        std::max(std::ceil((static_cast<double>(limit) - static_cast<double>(start)) / static_cast<double>(step)), 0.0);
    core::require(count <= static_cast<double>(max_host_elements), "a range of {} elements is too long", count);
    std::vector<T> elements(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < elements.size(); ++i) elements[i] = start + static_cast<T>(i) * step;
    const Shape shape{static_cast<std::int64_t>(elements.size())};
    node.set(make_tensor(shape, std::move(elements)));
}

void compute_range(NodeImport& node) {
    core::require(node.input_count() == 3, "start, limit and step are needed");
    for (int input = 0; input < 3; ++input) {
        core::require(element_count(node.shape(input)) == 1 && node.dtype(input) == node.dtype(0),
                      "three numbers of one dtype are needed");
    }
    if (node.dtype(0) == DType::Float32) return fill_range<float>(node);
    fill_range<std::int64_t>(node);
}

constexpr HostEntry movement_fold_entries[] = {
    {"Concat", compute_concat},
    {"Expand", compute_expand},
    {"Flatten", compute_reshape<flatten_rule>},
    {"Gather", compute_gather},
    {"Identity", compute_identity},
    {"Range", compute_range},
    {"Reshape", compute_reshape<reshape_rule>},
    {"Slice", compute_slice},
    {"Split", compute_split},
    {"Squeeze", compute_reshape<squeeze_rule>},
    {"Tile", compute_tile},
    {"Transpose", compute_transpose},
    {"Unsqueeze", compute_reshape<unsqueeze_rule>},
};

}  // namespace

std::span<const HostEntry> host_movement_operators() {
    return movement_fold_entries;
}

}  // namespace abut::onnx
