// SPDX-License-Identifier: Apache-2.0
#include "onnx/shape_rules.hpp"

#include <algorithm>

#include "core/checked.hpp"

namespace abut::onnx {

namespace {

using List = std::vector<std::int64_t>;

Shape shape_of(const List& extents) {
    core::require(extents.size() <= Dims::max_rank, "a shape of {} axes; {} are the most", extents.size(), Dims::max_rank);
    return Shape(std::span<const std::int64_t>(extents));
}

std::int64_t count_between(const Shape& shape, int first, int last) {
    return element_count(Shape(std::span(shape.begin() + first, shape.begin() + last)));
}

}  // namespace

Shape reshape_rule(NodeImport& node) {
    const Shape x = node.shape(0);
    const auto wanted = node.attribute_or_input("shape", 1);
    core::require(wanted.has_value(), "the shape is missing");
    const bool zero_is_zero = node.attributes().flag("allowzero", false);
    Shape shape = shape_of(*wanted);
    int inferred = -1;
    std::int64_t others = 1;
    for (int axis = 0; axis < shape.rank(); ++axis) {
        if (shape[axis] == 0 && !zero_is_zero) {
            core::require(axis < x.rank(), "extent 0 on axis {} copies an extent that {} does not have", axis, to_string(x));
            shape[axis] = x[axis];
        }
        core::require(shape[axis] >= -1 && (shape[axis] >= 0 || inferred < 0), "the shape {} has more than one open extent",
                      to_string(shape));
        if (shape[axis] < 0) inferred = axis;
        if (shape[axis] >= 0) others = core::checked_multiply(others, shape[axis]);
    }
    if (inferred >= 0) {
        const std::int64_t count = element_count(x);
        core::require(others > 0 && count % others == 0, "{} elements of {} do not divide into shape {}", count,
                      to_string(x), to_string(shape));
        shape[inferred] = count / others;
    }
    return shape;
}

Shape flatten_rule(NodeImport& node) {
    const Shape x = node.shape(0);
    const std::int64_t given = node.attributes().integer("axis", 1);
    const int axis = given == x.rank() ? x.rank() : normalized_axis(given, x.rank());
    return {count_between(x, 0, axis), count_between(x, axis, x.rank())};
}

Shape squeeze_rule(NodeImport& node) {
    const Shape x = node.shape(0);
    std::vector<bool> dropped(static_cast<std::size_t>(x.rank()));
    const auto axes = node.attribute_or_input("axes", 1);
    for (int axis = 0; axis < x.rank() && !axes; ++axis) dropped[static_cast<std::size_t>(axis)] = x[axis] == 1;
    for (const std::int64_t given : axes.value_or(List{})) {
        const int axis = normalized_axis(given, x.rank());
        core::require(x[axis] == 1, "axis {} of {} has not the extent 1", axis, to_string(x));
        dropped[static_cast<std::size_t>(axis)] = true;
    }
    Shape shape;
    for (int axis = 0; axis < x.rank(); ++axis) {
        if (!dropped[static_cast<std::size_t>(axis)]) shape.push_back(x[axis]);
    }
    return shape;
}

Shape unsqueeze_rule(NodeImport& node) {
    const Shape x = node.shape(0);
    const auto axes = node.attribute_or_input("axes", 1);
    core::require(axes.has_value(), "axes are missing");
    core::require(axes->size() + static_cast<std::size_t>(x.rank()) <= Dims::max_rank,
                  "{} axes more than {} has are too many", axes->size(), to_string(x));
    const int rank = x.rank() + static_cast<int>(axes->size());
    Shape shape = Dims::filled(rank, -1);
    for (const std::int64_t given : *axes) {
        const int axis = normalized_axis(given, rank);
        core::require(shape[axis] == -1, "axis {} is given twice", axis);
        shape[axis] = 1;
    }
    const std::int64_t* next = x.begin();
    for (int axis = 0; axis < rank; ++axis) {
        if (shape[axis] == -1) shape[axis] = *next++;
    }
    return shape;
}

Shape expand_rule(NodeImport& node) {
    const Shape x = node.shape(0);
    const auto given = node.integers(1, "shape");
    core::require(given.has_value(), "the shape is missing");
    const Shape wanted = shape_of(*given);
    Shape shape = Dims::filled(std::max(x.rank(), wanted.rank()), 1);
    for (int back = 1; back <= shape.rank(); ++back) {
        const std::int64_t from = back <= x.rank() ? x[x.rank() - back] : 1;
        const std::int64_t to = back <= wanted.rank() ? wanted[wanted.rank() - back] : 1;
        core::require(from == to || from == 1 || to == 1, "{} does not broadcast with {}", to_string(x), to_string(wanted));
        shape[shape.rank() - back] = from == 1 ? to : from;
    }
    return shape;
}

Dims tile_rule(NodeImport& node) {
    const auto repeats = node.integers(1, "repeats");
    core::require(repeats && std::cmp_equal(repeats->size(), node.shape(0).rank()),
                  "one number of repeats an axis of {} is needed", to_string(node.shape(0)));
    core::require(std::ranges::all_of(*repeats, [](auto repeat) { return repeat >= 0; }), "repeats must be 0 and more");
    return shape_of(*repeats);
}

Dims transpose_rule(NodeImport& node) {
    const int rank = node.shape(0).rank();
    List permutation(static_cast<std::size_t>(rank));
    for (int axis = 0; axis < rank; ++axis) permutation[static_cast<std::size_t>(axis)] = rank - 1 - axis;
    return shape_of(node.attributes().integers("perm").value_or(permutation));
}

int concat_rule(NodeImport& node) {
    core::require(node.input_count() > 0, "at least one operand is needed");
    core::require(node.opset() < 4 || node.attributes().has("axis"), "attribute 'axis' is missing");
    return normalized_axis(node.attributes().integer("axis", 1), node.shape(0).rank());
}

Slice slice_rule(NodeImport& node) {
    const Shape x = node.shape(0);
    const auto starts = node.attribute_or_input("starts", 1).value_or(List{});
    const auto ends = node.attribute_or_input("ends", 2).value_or(List{});
    const auto axes = node.attribute_or_input("axes", 3);
    const auto steps = node.integers(4, "steps");
    const std::size_t count = starts.size();
    const bool even = ends.size() == count && (!axes || axes->size() == count) && (!steps || steps->size() == count);
    core::require(even && (axes || count <= static_cast<std::size_t>(x.rank())),
                  "starts, ends, axes and steps differ in length");
    Slice slice{.begin = Dims::filled(x.rank(), 0), .steps = Dims::filled(x.rank(), 1), .sizes = x};
    for (std::size_t i = 0; i < count; ++i) {
        const int axis = normalized_axis(axes ? (*axes)[i] : static_cast<std::int64_t>(i), x.rank());
        constexpr std::int64_t largest_step = std::int64_t{1} << 62;
        const std::int64_t step = std::clamp(steps ? (*steps)[i] : 1, -largest_step, largest_step);
        core::require(step != 0, "the step on axis {} is 0", axis);
        const std::int64_t extent = x[axis];
        const bool forward = step > 0;
        const auto place = [&](std::int64_t at) {
            return std::clamp<std::int64_t>(at < 0 ? at + extent : at, forward ? 0 : -1, forward ? extent : extent - 1);
        };
        const std::int64_t begin = place(starts[i]);
        const std::int64_t length = forward ? place(ends[i]) - begin : begin - place(ends[i]);
        slice.begin[axis] = std::max<std::int64_t>(begin, 0);
        slice.sizes[axis] = length <= 0 || extent == 0 ? 0 : (length - 1) / std::abs(step) + 1;
        slice.steps[axis] = slice.sizes[axis] > 1 ? step : 1;
    }
    return slice;
}

Split split_rule(NodeImport& node) {
    const Shape x = node.shape(0);
    Split split;
    split.axis = normalized_axis(node.attributes().integer("axis", 0), x.rank());
    const std::int64_t extent = x[split.axis];
    const std::int64_t parts = node.attributes().integer("num_outputs", node.output_count());
    const auto given = node.attribute_or_input("split", 1);
    core::require(parts == node.output_count() && parts > 0, "{} parts for {} outputs", parts, node.output_count());
    if (given) {
        split.sizes = *given;
        core::require(std::cmp_equal(given->size(), parts), "{} sizes for {} outputs", given->size(), parts);
        return split;
    }
    core::require(node.opset() >= 18 || extent % parts == 0, "an extent of {} does not divide into {} equal parts", extent,
                  parts);
    const std::int64_t size = extent / parts + (extent % parts != 0 ? 1 : 0);
    for (std::int64_t part = 0; part < parts; ++part) {
        split.sizes.push_back(std::clamp<std::int64_t>(extent - part * size, 0, size));
    }
    return split;
}

GatherRule gather_rule(NodeImport& node) {
    const Shape x = node.shape(0);
    const auto indices = node.integers(1, "indices");
    core::require(indices.has_value(), "indices are missing");
    GatherRule rule;
    rule.axis = normalized_axis(node.attributes().integer("axis", 0), x.rank());
    rule.indices = *indices;
    const std::int64_t extent = x[rule.axis];
    for (std::int64_t& index : rule.indices) {
        core::require(index >= -extent && index < extent, "index {} lies outside axis {} of {}", index, rule.axis,
                      to_string(x));
        if (index < 0) index += extent;
    }
    for (int axis = 0; axis < rule.axis; ++axis) rule.output.push_back(x[axis]);
    for (const std::int64_t inserted : node.shape(1)) rule.output.push_back(inserted);
    for (int axis = rule.axis + 1; axis < x.rank(); ++axis) rule.output.push_back(x[axis]);
    return rule;
}

}  // namespace abut::onnx
