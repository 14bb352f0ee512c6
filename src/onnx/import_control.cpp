// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "onnx/operator_table.hpp"
#include "onnx/proto.hpp"

namespace abut::onnx {

namespace {

constexpr const char* then_name = "then_branch";
constexpr const char* else_name = "else_branch";

std::vector<ImportedValue> import_branch(NodeImport& node, const char* name) {
    const proto::GraphProto* given = node.attributes().graph(name);
    core::require(given != nullptr, "attribute '{}' is missing", name);
    core::require(given->input().empty(), "attribute '{}' is a graph with inputs", name);
    core::require(given->output_size() == node.output_count(),
                  "attribute '{}' is a graph of {} outputs, but the node has {}", name, given->output_size(),
                  node.output_count());
    return node.import_graph(*given);
}

bool is_same(const ImportedValue& a, const ImportedValue& b) {
    if (!a.host || !b.host) return !a.host && !b.host && a.value == b.value && a.truth == b.truth;
    const auto bytes = static_cast<std::size_t>(element_count(a.host->shape) * size_bytes(a.host->dtype));
    return std::memcmp(a.host->data.get(), b.host->data.get(), bytes) == 0;
}

/// Output `index` of the node: what both branches give, by `condition`, a scalar.
void set_choice(NodeImport& node, int index, ValueId condition, ImportedValue& a, ImportedValue& b) {
    const DType dtype = dtype_in(a, node.graph());
    const DType other_dtype = dtype_in(b, node.graph());
    core::require(dtype == other_dtype, "output {} has dtype {} in '{}', but {} in '{}'", index, to_string(dtype), then_name,
                  to_string(other_dtype), else_name);
    const Shape shape = shape_in(a, node.graph());
    const Shape other_shape = shape_in(b, node.graph());
    if (shape != other_shape) {
        node.fail_unsupported(
            "output {} has shape {} in '{}', but {} in '{}': unsupported at run time; the condition must "
            "be a constant",
            index, to_string(shape), then_name, to_string(other_shape), else_name);
    }
    if (is_same(a, b)) return node.set(index, a);
    const std::string what = fmt::format("output {}", index);
    const ValueId chosen = node.numbers(a, what);
    const ValueId otherwise = node.numbers(b, what);
    const ValueId result = node.emit(Elementwise{Expression::of(Function::Select)}, {condition, chosen, otherwise});
    dtype == DType::Bool ? node.set_truth(index, result) : node.set(index, result);
}

/// A known condition leaves one branch out. With any other both are computed, which is the price of a plan that is made
/// before the run, and each result is chosen by a select.
void import_if(NodeImport& node) {
    core::require(node.has_input(0), "input 0, the condition, is missing");
    core::require(node.dtype(0) == DType::Bool && element_count(node.shape(0)) == 1,
                  "the condition must be one bool, but is {} of shape {}", to_string(node.dtype(0)),
                  to_string(node.shape(0)));
    if (const HostTensor* known = node.host(0)) {
        const bool holds = converted<std::int64_t>(*known).front() != 0;
        node.attributes().ignore(holds ? else_name : then_name);
        const auto outputs = import_branch(node, holds ? then_name : else_name);
        for (int i = 0; i < node.output_count(); ++i) node.set(i, outputs[static_cast<std::size_t>(i)]);
        return;
    }
    const ValueId condition = node.reshape(node.truth(0), {});
    auto chosen = import_branch(node, then_name);
    auto otherwise = import_branch(node, else_name);
    for (int i = 0; i < node.output_count(); ++i) {
        if (!node.has_output(i)) continue;
        set_choice(node, i, condition, chosen[static_cast<std::size_t>(i)], otherwise[static_cast<std::size_t>(i)]);
    }
}

constexpr OperatorEntry control_entries[] = {
    {"If", import_if, 0b1},
};

}  // namespace

std::span<const OperatorEntry> control_operators() {
    return control_entries;
}

}  // namespace abut::onnx
