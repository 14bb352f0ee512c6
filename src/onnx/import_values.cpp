// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "onnx/expression_builder.hpp"
#include "onnx/operator_table.hpp"
#include "onnx/read_tensor.hpp"

namespace abut::onnx {

namespace {

// Of TensorProto.
constexpr int float_code = 1;
constexpr int bool_code = 9;

void import_constant(NodeImport& node) {
    Attributes& attributes = node.attributes();
    if (const auto* tensor = attributes.tensor("value")) return node.set(copy_tensor(*tensor, node.directory()));
    if (attributes.has("value_int"))
        return node.set(make_tensor({}, std::vector<std::int64_t>{attributes.integer("value_int", 0)}));
    if (attributes.has("value_float"))
        return node.set(make_tensor({}, std::vector<float>{attributes.real("value_float", 0)}));
    if (const auto integers = attributes.integers("value_ints")) return node.set(integer_list(*integers));
    const auto reals = attributes.reals("value_floats");
    if (!reals) node.fail_unsupported("a constant that is no tensor of numbers is unsupported");
    node.set(make_tensor({static_cast<std::int64_t>(reals->size())}, *reals));
}

template <typename T>
HostTensor filled(const Shape& shape, T element) {
    return make_tensor(shape, std::vector<T>(static_cast<std::size_t>(checked_host_count(shape)), element));
}

void import_constant_of_shape(NodeImport& node) {
    const auto extents = node.integers(0, "the shape");
    core::require(extents.has_value() && extents->size() <= Dims::max_rank, "a shape of at most {} axes is needed",
                  Dims::max_rank);
    const Shape shape{std::span<const std::int64_t>(*extents)};
    const auto* given = node.attributes().tensor("value");
    if (given == nullptr) return node.set(filled(shape, 0.0F));
    const HostTensor element = copy_tensor(*given, node.directory());
    core::require(element_count(element.shape) == 1, "attribute 'value' must be one element, but has shape {}",
                  to_string(element.shape));
    if (element.dtype == DType::Float32) return node.set(filled(shape, elements_of<float>(element).front()));
    if (element.dtype == DType::Bool) return node.set(filled(shape, elements_of<std::uint8_t>(element).front()));
    node.set(filled(shape, elements_of<std::int64_t>(element).front()));
}

void import_shape(NodeImport& node) {
    const Shape x = node.shape(0);
    const auto place = [&](std::int64_t axis) {
        return std::clamp<std::int64_t>(axis < 0 ? axis + x.rank() : axis, 0, x.rank());
    };
    const std::int64_t start = place(node.attributes().integer("start", 0));
    const std::int64_t end = std::max(place(node.attributes().integer("end", x.rank())), start);
    node.set(integer_list({x.begin() + start, x.begin() + end}));
}

void import_size(NodeImport& node) {
    node.set(make_tensor({}, std::vector<std::int64_t>{element_count(node.shape(0))}));
}

void import_identity(NodeImport& node) {
    if (const HostTensor* known = node.host(0)) return node.set(*known);
    node.set(node.value(0));
}

// Inference: x passes, and the mask of what was kept is all true.
void import_dropout(NodeImport& node) {
    for (const char* name : {"ratio", "seed", "is_test", "consumed_inputs"}) node.attributes().ignore(name);
    const auto training = node.reals(2, "training_mode");
    if (training && !training->empty() && training->front() != 0) node.fail_unsupported("training_mode is unsupported");
    import_identity(node);
    if (node.has_output(1)) node.set(1, filled<std::uint8_t>(node.shape(0), 1));
}

void import_cast(NodeImport& node) {
    node.attributes().ignore("saturate");
    node.attributes().ignore("round_mode");
    const int to = static_cast<int>(node.attributes().integer("to", 0));
    const bool from_bool = node.dtype(0) == DType::Bool;
    if (to == float_code) return node.set(from_bool ? node.truth(0) : node.value(0));
    if (to != bool_code) node.fail_unsupported("a cast to {} at run time is unsupported", dtype_name(to));
    if (from_bool) return node.set_truth(0, node.truth(0));
    ExpressionBuilder builder(1);
    builder.apply(Function::Not, builder.apply(Function::Not, 0));
    node.set_truth(0, node.emit(Elementwise{builder.expression()}, {node.value(0)}));
}

constexpr OperatorEntry values_entries[] = {
    {"Cast", import_cast},
    {"Constant", import_constant},
    {"ConstantOfShape", import_constant_of_shape, 0b1},
    {"Dropout", import_dropout, 0b110},
    {"Identity", import_identity, 0, true},
    {"Shape", import_shape},
    {"Size", import_size},
};

}  // namespace

std::span<const OperatorEntry> value_operators() {
    return values_entries;
}

}  // namespace abut::onnx
