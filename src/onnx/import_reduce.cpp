// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <numeric>

#include "onnx/operator_table.hpp"

namespace abut::onnx {

namespace {

struct ReduceEntry {
    std::string_view name;
    ReduceKind kind = ReduceKind::Sum;
    float of_nothing = 0;       ///< the result where no element is reduced
    bool keeps_element = true;  ///< the result of one element is that element
};

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float no_number = std::numeric_limits<float>::quiet_NaN();

constexpr ReduceEntry reductions[] = {
    {"ReduceL1", ReduceKind::L1, 0, false},
    {"ReduceL2", ReduceKind::L2, 0, false},
    {"ReduceLogSum", ReduceKind::LogSum, -infinity, false},
    {"ReduceLogSumExp", ReduceKind::LogSumExp, -infinity, true},
    {"ReduceMax", ReduceKind::Max, -infinity, true},
    {"ReduceMean", ReduceKind::Mean, no_number, true},
    {"ReduceMin", ReduceKind::Min, infinity, true},
    {"ReduceProd", ReduceKind::Product, 1, true},
    {"ReduceSum", ReduceKind::Sum, 0, true},
    {"ReduceSumSquare", ReduceKind::SumSquare, 0, false},
};

std::vector<int> axes_of(NodeImport& node, int rank) {
    std::vector<int> axes;
    for (const std::int64_t axis : node.attribute_or_input("axes", 1).value_or(std::vector<std::int64_t>{})) {
        axes.push_back(normalized_axis(axis, rank));
    }
    return axes;
}

Shape reduced_shape(const Shape& x, const std::vector<int>& axes, bool keep_dims) {
    Shape shape;
    for (int axis = 0; axis < x.rank(); ++axis) {
        const bool reduced = std::ranges::find(axes, axis) != axes.end();
        if (!reduced) shape.push_back(x[axis]);
        if (reduced && keep_dims) shape.push_back(1);
    }
    return shape;
}

void import_reduce(NodeImport& node) {
    const auto* entry = std::ranges::find(reductions, node.operator_name(), &ReduceEntry::name);
    const Shape x = node.shape(0);
    Reduce reduce{
        .kind = entry->kind, .axes = axes_of(node, x.rank()), .keep_dims = node.attributes().flag("keepdims", true)};
    const bool nothing = node.attributes().flag("noop_with_empty_axes", false) && reduce.axes.empty();
    if (nothing || x.rank() == 0) {
        if (!entry->keeps_element) node.fail_unsupported("{} over no axis is unsupported", node.operator_name());
        return node.set(node.value(0));
    }
    if (reduce.axes.empty()) {
        reduce.axes.resize(static_cast<std::size_t>(x.rank()));
        std::iota(reduce.axes.begin(), reduce.axes.end(), 0);
    }
    if (element_count(x) == 0) {
        const ValueId empty = node.constant(reduced_shape(x, reduce.axes, reduce.keep_dims), entry->of_nothing);
        return node.set(empty);
    }
    node.set(node.emit(reduce, {node.value(0)}));
}

// Before opset 13 the axes from `axis` on are one.
void import_softmax(NodeImport& node) {
    const Shape x = node.shape(0);
    const bool log = node.operator_name() == "LogSoftmax";
    const std::int64_t given = node.attributes().integer("axis", node.opset() < 13 ? 1 : -1);
    // One past the last axis is legal where axes are joined: each element stands alone.
    const int axis = node.opset() < 13 && given == x.rank() ? x.rank() : normalized_axis(given, x.rank());
    if (node.opset() >= 13 || axis == x.rank() - 1) return node.set(node.emit(Softmax{axis, log}, {node.value(0)}));
    const std::int64_t rows = element_count(Shape(std::span(x.begin(), x.begin() + axis)));
    const std::int64_t columns = element_count(Shape(std::span(x.begin() + axis, x.end())));
    const ValueId result = node.emit(Softmax{1, log}, {node.reshape(node.value(0), {rows, columns})});
    node.set(node.reshape(result, x));
}

constexpr auto make_reduce_entries() {
    std::array<OperatorEntry, std::size(reductions) + 2> entries{};
    for (std::size_t i = 0; i < std::size(reductions); ++i) entries[i] = {reductions[i].name, import_reduce, 0b10};
    entries[std::size(reductions)] = {"LogSoftmax", import_softmax};
    entries[std::size(reductions) + 1] = {"Softmax", import_softmax};
    return entries;
}

constexpr auto reduce_entries = make_reduce_entries();

}  // namespace

std::span<const OperatorEntry> reduce_operators() {
    return reduce_entries;
}

}  // namespace abut::onnx
