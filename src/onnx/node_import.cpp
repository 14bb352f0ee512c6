// SPDX-License-Identifier: Apache-2.0
#include "onnx/node_import.hpp"

#include <algorithm>

#include "core/printable.hpp"
#include "onnx/node_order.hpp"
#include "onnx/proto.hpp"

namespace abut::onnx {

DType dtype_in(const ImportedValue& value, const Graph& graph) {
    if (value.host) return value.host->dtype;
    return value.truth ? DType::Bool : graph.value(*value.value).dtype;
}

Shape shape_in(const ImportedValue& value, const Graph& graph) {
    if (value.host) return value.host->shape;
    return graph.value(value.truth ? *value.truth : *value.value).shape;
}

NodeImport::NodeImport(ImportState& state, const proto::NodeProto& node, bool moves_elements)
    : state_(&state),
      node_(&node),
      attributes_(node),
      label_(label_of(node)),
      input_count_(node.input_size()),
      first_new_value_(static_cast<std::int32_t>(state.graph.values().size())),
      moves_elements_(moves_elements) {
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
    return shape_in(imported(input), state_->graph);
}

DType NodeImport::dtype(int input) const {
    return dtype_in(imported(input), state_->graph);
}

// What is made for an input is no result of this node.
void NodeImport::hide(ValueId made, const std::string& name) {
    state_->graph.rename(made, name);
    first_new_value_ = std::max(first_new_value_, made.index + 1);
}

ValueId NodeImport::truth(int input) {
    core::require(dtype(input) == DType::Bool, "input {} ('{}') must be bool, but is {}", input,
                  core::printable(node_->input(input)), to_string(dtype(input)));
    ImportedValue& found = imported(input);
    const bool is_new = !found.truth;
    const ValueId truth = numbers(found, "");
    if (is_new) hide(truth, node_->input(input) + ".numbers");
    return truth;
}

ValueId NodeImport::numbers(ImportedValue& value, std::string_view what) {
    if (dtype_in(value, state_->graph) == DType::Bool) {
        if (!value.truth && value.host) {
            value.truth = constant(make_tensor(value.host->shape, converted<float>(*value.host)));
        } else if (!value.truth) {
            value.truth = emit(Cast{DType::Float32}, {*value.value});
        }
        return *value.truth;
    }
    if (!value.value) value.value = constant(*value.host);
    const DType dtype = state_->graph.value(*value.value).dtype;
    if (dtype != DType::Float32) {
        fail_unsupported("{} of dtype {} is unsupported; only float32 and bool are computed at run time", what,
                         to_string(dtype));
    }
    return *value.value;
}

ValueId NodeImport::value(int input) {
    ImportedValue& found = imported(input);
    const DType from = dtype(input);
    if (moves_elements_) {
        core::require(from == dtype(0), "operands of {} and {}", to_string(dtype(0)), to_string(from));
        if (from == DType::Bool) return truth(input);
    }
    if (from != DType::Float32) {
        fail_unsupported("input {} ('{}') of dtype {} is unsupported; only float32 is computed {}", input,
                         core::printable(node_->input(input)), to_string(from),
                         from == DType::Bool ? "by this operator" : "at run time");
    }
    if (!found.value) {
        found.value = constant(*found.host);
        hide(*found.value, node_->input(input));
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
                         core::printable(node_->input(input)));
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

// A value that only passes through keeps the name it has.
void NodeImport::name(ValueId result, int output) {
    if (result.index >= first_new_value_) state_->graph.rename(result, node_->output(output));
}

void NodeImport::set(int output, ValueId value) {
    if (moves_elements_ && dtype(0) == DType::Bool) return set_truth(output, value);
    if (!has_output(output)) return;
    name(value, output);
    state_->values[node_->output(output)] = {std::nullopt, value};
}

void NodeImport::set_truth(int output, ValueId truth) {
    if (!has_output(output)) return;
    name(truth, output);
    state_->values[node_->output(output)] = {std::nullopt, std::nullopt, truth};
}

void NodeImport::set(int output, HostTensor tensor) {
    if (has_output(output)) state_->values[node_->output(output)] = {std::move(tensor), std::nullopt};
}

void NodeImport::set(int output, const ImportedValue& value) {
    if (!has_output(output)) return;
    if (!value.host) name(value.truth ? *value.truth : *value.value, output);
    state_->values[node_->output(output)] = value;
}

void NodeImport::require_unused_outputs(int first) const {
    for (int output = first; output < output_count(); ++output) {
        if (has_output(output))
            fail_unsupported("output {} ('{}') is unsupported", output, core::printable(node_->output(output)));
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
