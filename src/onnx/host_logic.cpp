// SPDX-License-Identifier: Apache-2.0
#include <functional>

#include "onnx/host_operators.hpp"
#include "onnx/proto.hpp"
#include "onnx/read_tensor.hpp"

namespace abut::onnx {

namespace {

using Truth = std::uint8_t;

template <typename T, typename Predicate>
void compare(NodeImport& node, Predicate predicate) {
    core::require(node.input_count() == 2, "two operands are needed");
    const Shape shape = broadcast_inputs(node);
    const auto a = broadcast_input<T>(node, 0, shape);
    const auto b = broadcast_input<T>(node, 1, shape);
    std::vector<Truth> result(a.size());
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = predicate(a[i], b[i]) ? 1 : 0;
    node.set(make_tensor(shape, std::move(result)));
}

template <typename Predicate>
void compute_comparison(NodeImport& node) {
    core::require(node.dtype(0) == node.dtype(1), "operands of {} and {}", to_string(node.dtype(0)),
                  to_string(node.dtype(1)));
    if (node.dtype(0) == DType::Float32) return compare<float>(node, Predicate{});
    compare<std::int64_t>(node, Predicate{});
}

template <typename Predicate>
void compute_logic(NodeImport& node) {
    compare<Truth>(node, Predicate{});
}

void compute_not(NodeImport& node) {
    std::vector<Truth> elements = converted<Truth>(*node.host(0));
    for (Truth& element : elements) element = element == 0 ? 1 : 0;
    node.set(make_tensor(node.shape(0), std::move(elements)));
}

template <typename T>
void choose(NodeImport& node) {
    const Shape shape = broadcast_inputs(node);
    const auto condition = broadcast_input<Truth>(node, 0, shape);
    std::vector<T> result = broadcast_input<T>(node, 1, shape);
    const std::vector<T> otherwise = broadcast_input<T>(node, 2, shape);
    for (std::size_t i = 0; i < result.size(); ++i) {
        if (condition[i] == 0) result[i] = otherwise[i];
    }
    node.set(make_tensor(shape, std::move(result)));
}

void compute_where(NodeImport& node) {
    core::require(node.input_count() == 3 && node.dtype(1) == node.dtype(2),
                  "a condition and two operands of one dtype are needed");
    if (node.dtype(1) == DType::Float32) return choose<float>(node);
    if (node.dtype(1) == DType::Int64) return choose<std::int64_t>(node);
    choose<Truth>(node);
}

void compute_cast(NodeImport& node) {
    node.attributes().ignore("saturate");
    node.attributes().ignore("round_mode");
    const HostTensor& from = *node.host(0);
    const int to = static_cast<int>(node.attributes().integer("to", 0));
    switch (to) {
        case proto::TensorProto::FLOAT:
        case proto::TensorProto::DOUBLE:
            return node.set(make_tensor(from.shape, converted<float>(from)));
        case proto::TensorProto::INT32:
        case proto::TensorProto::INT64:
            return node.set(make_tensor(from.shape, converted<std::int64_t>(from)));
        case proto::TensorProto::BOOL:
            return node.set(make_tensor(from.shape, converted<Truth>(from)));
        default:
            node.fail_unsupported("a cast to {} is unsupported", dtype_name(to));
    }
}

constexpr HostEntry logic_fold_entries[] = {
    {"And", compute_logic<std::logical_and<>>},
    {"Cast", compute_cast},
    {"Equal", compute_comparison<std::equal_to<>>},
    {"Greater", compute_comparison<std::greater<>>},
    {"GreaterOrEqual", compute_comparison<std::greater_equal<>>},
    {"Less", compute_comparison<std::less<>>},
    {"LessOrEqual", compute_comparison<std::less_equal<>>},
    {"Not", compute_not},
    {"Or", compute_logic<std::logical_or<>>},
    {"Where", compute_where},
    {"Xor", compute_logic<std::not_equal_to<>>},
};

}  // namespace

std::span<const HostEntry> host_logic_operators() {
    return logic_fold_entries;
}

}  // namespace abut::onnx
