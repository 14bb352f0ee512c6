// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <numeric>

#include "core/checked.hpp"
#include "onnx/expression_builder.hpp"
#include "onnx/operator_table.hpp"

namespace abut::onnx {

namespace {

/// x with mean 0 and variance 1 over some axes, and what it was normalised with.
struct Normalized {
    ValueId value;
    ValueId mean;
    ValueId inverse_deviation;
};

std::vector<int> axis_range(int first, int rank) {
    std::vector<int> axes(static_cast<std::size_t>(rank - first));
    std::iota(axes.begin(), axes.end(), first);
    return axes;
}

// 1 / sqrt(x + epsilon)
ValueId inverse_root(NodeImport& node, ValueId x, float epsilon) {
    ExpressionBuilder builder(1);
    const int root = builder.apply(Function::Sqrt, builder.linear(0, 1, epsilon));
    builder.apply(Function::Reciprocal, root);
    return node.emit(Elementwise{builder.expression()}, {x});
}

Normalized normalize(NodeImport& node, ValueId x, const std::vector<int>& axes, float epsilon) {
    core::require(!axes.empty(), "there is no axis to normalise over");
    const ValueId mean = node.emit(Reduce{.kind = ReduceKind::Mean, .axes = axes}, {x});
    const ValueId centred = node.apply(Function::Subtract, x, mean);
    const ValueId square = node.apply(Function::Square, centred);
    const ValueId variance = node.emit(Reduce{.kind = ReduceKind::Mean, .axes = axes}, {square});
    const ValueId inverse = inverse_root(node, variance, epsilon);
    return {node.apply(Function::Multiply, centred, inverse), mean, inverse};
}

// One value a channel, {C}, in a shape that broadcasts to {N, C, ...} of `rank` axes.
ValueId per_channel(NodeImport& node, ValueId value, int rank) {
    const Shape from = node.shape_of(value);
    core::require(from.rank() == 1, "one value a channel is needed, found shape {}", to_string(from));
    Shape shape = Dims::filled(rank - 1, 1);
    shape[0] = from[0];
    return node.reshape(value, shape);
}

ValueId scale_and_shift(NodeImport& node, ValueId x, ValueId scale, ValueId shift) {
    return node.apply(Function::Add, node.apply(Function::Multiply, x, scale), shift);
}

void require_images(const Shape& x) {
    core::require(x.rank() >= 3, "x must have at least 3 axes (N, C and an extent), but has shape {}", to_string(x));
}

void import_batch_normalization(NodeImport& node) {
    Attributes& attributes = node.attributes();
    attributes.ignore("momentum");
    attributes.ignore("is_test");          // before opset 7
    attributes.ignore("consumed_inputs");  // before opset 6
    if (attributes.flag("training_mode", false)) node.fail_unsupported("training_mode is unsupported");
    if (!attributes.flag("spatial", true)) node.fail_unsupported("attribute 'spatial' of 0 is unsupported");
    const BatchNorm norm{attributes.real("epsilon", 1e-5F)};
    node.set(node.emit(norm, {node.value(0), node.value(1), node.value(2), node.value(3), node.value(4)}));
}

void import_instance_normalization(NodeImport& node) {
    node.attributes().ignore("consumed_inputs");
    const int rank = node.shape(0).rank();
    require_images(node.shape(0));
    const auto normalized = normalize(node, node.value(0), axis_range(2, rank), node.attributes().real("epsilon", 1e-5F));
    node.set(scale_and_shift(node, normalized.value, per_channel(node, node.value(1), rank),
                             per_channel(node, node.value(2), rank)));
}

// Scale and bias hold a value a group before opset 21, a value a channel since.
void import_group_normalization(NodeImport& node) {
    const Shape x = node.shape(0);
    require_images(x);
    const std::int64_t groups = node.attributes().integer("num_groups", 0);
    node.attributes().ignore("stash_type");
    const float epsilon = node.attributes().real("epsilon", 1e-5F);
    core::require(groups >= 1 && x[1] % groups == 0, "{} channels do not divide into {} groups", x[1], groups);
    const std::int64_t inside =
        core::checked_multiply(x[1] / groups, element_count(Shape(std::span(x.begin() + 2, x.end()))));
    const ValueId grouped = node.reshape(node.value(0), {x[0], groups, inside});
    ValueId result = normalize(node, grouped, {2}, epsilon).value;
    const bool by_group = node.opset() < 21;
    if (!by_group) result = node.reshape(result, x);
    const int rank = by_group ? 3 : x.rank();
    result = scale_and_shift(node, result, per_channel(node, node.value(1), rank), per_channel(node, node.value(2), rank));
    node.set(node.reshape(result, x));
}

void import_layer_normalization(NodeImport& node) {
    const int rank = node.shape(0).rank();
    const int axis = normalized_axis(node.attributes().integer("axis", -1), rank);
    node.attributes().ignore("stash_type");
    const auto normalized = normalize(node, node.value(0), axis_range(axis, rank), node.attributes().real("epsilon", 1e-5F));
    ValueId result = node.apply(Function::Multiply, normalized.value, node.value(1));
    if (node.has_input(2)) result = node.apply(Function::Add, result, node.value(2));
    node.set(0, result);
    node.set(1, normalized.mean);
    node.set(2, normalized.inverse_deviation);
}

void import_rms_normalization(NodeImport& node) {
    const int rank = node.shape(0).rank();
    const int axis = normalized_axis(node.attributes().integer("axis", -1), rank);
    node.attributes().ignore("stash_type");
    const float epsilon = node.attributes().real("epsilon", 1e-5F);
    const ValueId square = node.apply(Function::Square, node.value(0));
    const ValueId mean = node.emit(Reduce{.kind = ReduceKind::Mean, .axes = axis_range(axis, rank)}, {square});
    const ValueId normalized = node.apply(Function::Multiply, node.value(0), inverse_root(node, mean, epsilon));
    node.set(node.apply(Function::Multiply, normalized, node.value(1)));
}

void import_mean_variance(NodeImport& node) {
    std::vector<int> axes;
    for (const std::int64_t axis : node.attributes().integers("axes").value_or(std::vector<std::int64_t>{0, 2, 3})) {
        axes.push_back(normalized_axis(axis, node.shape(0).rank()));
    }
    constexpr float epsilon = 1e-9F;  // of the operator's function body
    node.set(normalize(node, node.value(0), axes, epsilon).value);
}

void import_lp_normalization(NodeImport& node) {
    const std::int64_t p = node.attributes().integer("p", 2);
    const int axis = normalized_axis(node.attributes().integer("axis", -1), node.shape(0).rank());
    if (p != 1 && p != 2) node.fail_unsupported("attribute 'p' of {} is unsupported; give 1 or 2", p);
    const ValueId norm =
        node.emit(Reduce{.kind = p == 1 ? ReduceKind::L1 : ReduceKind::L2, .axes = {axis}}, {node.value(0)});
    node.set(node.apply(Function::Divide, node.value(0), norm));
}

// x / (bias + alpha / size * sum of squares over the neighbouring channels)^beta; the sum is a mean over a window of the
// channels.
void import_lrn(NodeImport& node) {
    const Shape x = node.shape(0);
    require_images(x);
    const std::int64_t size = node.attributes().integer("size", 0);
    const float alpha = node.attributes().real("alpha", 1e-4F);
    const float beta = node.attributes().real("beta", 0.75F);
    const float bias = node.attributes().real("bias", 1);
    core::require(size >= 1 && size < 1 << 30, "attribute 'size' is {}; at least one channel is needed", size);
    const std::int64_t pixels = element_count(Shape(std::span(x.begin() + 2, x.end())));
    const ValueId planes = node.reshape(node.apply(Function::Square, node.value(0)), {x[0], 1, x[1], pixels});
    const Pool2d window{
        .kind = PoolKind::Average, .kernel = {size, 1}, .pads = {(size - 1) / 2, 0, size / 2, 0}, .count_include_pad = true};
    const ValueId mean = node.reshape(node.emit(window, {planes}), x);
    const ValueId base = node.apply(Function::MultiplyOne, mean, alpha, bias);
    node.set(node.apply(Function::Divide, node.value(0), node.apply(Function::Power, base, node.constant({}, beta))));
}

constexpr OperatorEntry normalization_entries[] = {
    {"BatchNormalization", import_batch_normalization},       {"GroupNormalization", import_group_normalization},
    {"InstanceNormalization", import_instance_normalization}, {"LRN", import_lrn},
    {"LayerNormalization", import_layer_normalization},       {"LpNormalization", import_lp_normalization},
    {"MeanVarianceNormalization", import_mean_variance},      {"RMSNormalization", import_rms_normalization},
};

}  // namespace

std::span<const OperatorEntry> normalization_operators() {
    return normalization_entries;
}

}  // namespace abut::onnx
