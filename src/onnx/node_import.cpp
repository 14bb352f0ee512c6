// SPDX-License-Identifier: Apache-2.0
#include "onnx/node_import.hpp"

#include <algorithm>

#include "onnx/file_text.hpp"
#include "onnx/node_order.hpp"
#include "onnx/proto.hpp"

namespace abut::onnx {

NodeImport::NodeImport(ImportState& state, const proto::NodeProto& node)
    : state_(&state),
      node_(&node),
      attributes_(node),
      label_(label_of(node)),
      input_count_(node.input_size()),
      first_new_value_(static_cast<std::int32_t>(state.graph.values().size())) {
    while (input_count_ > 0 && node.input(input_count_ - 1).empty()) --input_count_;
}

const std::string& NodeImport::operator_name() const {
    return node_->op_type();
}

int NodeImport::output_count() const {
    return node_->output_size();
}

bool NodeImport::has_input(int input) const {
    return input < input_count_ && !node_->input(input).empty();
}

ImportedValue& NodeImport::imported(int input) const {
    core::require(has_input(input), "input {} is missing", input);
    return state_->values.at(node_->input(input));
}

Shape NodeImport::shape(int input) const {
    const ImportedValue& found = imported(input);
    return found.host ? found.host->shape : state_->graph.value(*found.value).shape;
}

DType NodeImport::dtype(int input) const {
    const ImportedValue& found = imported(input);
    return found.host ? found.host->dtype : state_->graph.value(*found.value).dtype;
}

ValueId NodeImport::value(int input) {
    ImportedValue& found = imported(input);
    if (!found.value) {
        found.value = constant(*found.host);
        state_->graph.rename(*found.value, node_->input(input));
        first_new_value_ = std::max(first_new_value_, found.value->index + 1);
    }
    const DType dtype = state_->graph.value(*found.value).dtype;
    if (dtype != DType::Float32) {
        fail_unsupported("input {} ('{}') of dtype {} is unsupported; only float32 is computed at run time", input,
                         printable(node_->input(input)), to_string(dtype));
    }
    return *found.value;
}

std::vector<ValueId> NodeImport::values(int first) {
    std::vector<ValueId> all;
    for (int input = first; input < input_count_; ++input) all.push_back(value(input));
    return all;
}

const HostTensor* NodeImport::host(int input) const {
    if (!has_input(input)) return nullptr;
    const ImportedValue& found = imported(input);
    return found.host ? &*found.host : nullptr;
}

const HostTensor* NodeImport::constant(int input, std::string_view what) const {
    if (!has_input(input)) return nullptr;
    const HostTensor* known = host(input);
    if (known == nullptr) {
        fail_unsupported("{} ('{}') that is computed at run time is unsupported; it must be a constant", what,
                         printable(node_->input(input)));
    }
    return known;
}

std::optional<std::vector<std::int64_t>> NodeImport::integers(int input, std::string_view what) const {
    const HostTensor* known = constant(input, what);
    if (known == nullptr) return std::nullopt;
    core::require(known->dtype == DType::Int64, "{} must be integers, not {}", what, to_string(known->dtype));
    return converted<std::int64_t>(*known);
}

std::optional<std::vector<float>> NodeImport::reals(int input, std::string_view what) const {
    const HostTensor* known = constant(input, what);
    if (known == nullptr) return std::nullopt;
    return converted<float>(*known);
}

std::optional<std::vector<std::int64_t>> NodeImport::attribute_or_input(std::string_view name, int input) {
    auto given = attributes_.integers(name);
    return given ? given : integers(input, name);
}

bool NodeImport::has_output(int output) const {
    return output < node_->output_size() && !node_->output(output).empty();
}

void NodeImport::set(int output, ValueId value) {
    if (!has_output(output)) return;
    // A value that only passes through keeps the name it has.
    if (value.index >= first_new_value_) state_->graph.rename(value, node_->output(output));
    state_->values[node_->output(output)] = {std::nullopt, value};
}

void NodeImport::set(int output, HostTensor tensor) {
    if (has_output(output)) state_->values[node_->output(output)] = {std::move(tensor), std::nullopt};
}

void NodeImport::require_unused_outputs(int first) const {
    for (int output = first; output < output_count(); ++output) {
        if (has_output(output))
            fail_unsupported("output {} ('{}') is unsupported", output, printable(node_->output(output)));
    }
}

ValueId NodeImport::emit(Operation operation, std::vector<ValueId> inputs) {
    return graph().append(std::move(operation), std::move(inputs), label_).front();
}

ValueId NodeImport::apply(Function function, ValueId x, float alpha, float beta) {
    return emit(Elementwise{Expression::of(function, alpha, beta)}, {x});
}

ValueId NodeImport::apply(Function function, ValueId a, ValueId b) {
    return emit(Elementwise{Expression::of(function)}, {a, b});
}

ValueId NodeImport::reshape(ValueId value, const Shape& shape) {
    const Value& from = graph().value(value);
    if (from.shape == shape) return value;
    if (from.is_constant()) return constant(reshaped({from.dtype, from.shape, from.data}, shape));
    return emit(Reshape{shape}, {value});
}

ValueId NodeImport::constant(const HostTensor& tensor) {
    return graph().constant(ViewSpec(tensor.dtype, tensor.shape), tensor.data);
}

ValueId NodeImport::constant(const Shape& shape, float element) {
    const auto count = static_cast<std::size_t>(checked_host_count(shape));
    return constant(make_tensor(shape, std::vector<float>(count, element)));
}

}  // namespace abut::onnx
