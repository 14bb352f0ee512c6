// SPDX-License-Identifier: Apache-2.0
#include "graph/evaluate.hpp"

#include <algorithm>
#include <new>
#include <optional>
#include <type_traits>

#include "core/fail.hpp"
#include "graph/evaluate_rules.hpp"
#include "graph/infer.hpp"

namespace abut::reference {

namespace {

/// The values of one run; each is dropped behind its last consumer.
class Values {
public:
    explicit Values(const Graph& graph) : tensors_(graph.values().size()), uses_(graph.values().size()) {
        for (const Node& node : graph.nodes()) {
            for (const ValueId id : node.inputs) ++uses_[position(id)];
        }
        for (const Port& port : graph.outputs()) ++uses_[position(port.value)];
    }

    void set(ValueId id, Tensor tensor) { tensors_[position(id)] = std::move(tensor); }
    /// The value, copied from the graph when it is a constant that no node has asked for yet.
    const Tensor& get(const Graph& graph, ValueId id) {
        std::optional<Tensor>& tensor = tensors_[position(id)];
        if (!tensor) tensor = constant_tensor(graph.value(id));
        return *tensor;
    }
    void used(ValueId id) {
        if (--uses_[position(id)] == 0) tensors_[position(id)].reset();
    }

private:
    static std::size_t position(ValueId id) { return static_cast<std::size_t>(id.index); }

    std::vector<std::optional<Tensor>> tensors_;
    std::vector<int> uses_;
};

void check_elements(const Tensor& tensor, std::string_view what, std::string_view name) {
    if (std::cmp_equal(tensor.elements.size(), element_count(tensor.shape))) return;
    core::fail_invalid("{} \"{}\": expected {} elements for shape {}, found {}", what, name, element_count(tensor.shape),
                       to_string(tensor.shape), tensor.elements.size());
}

bool is_evaluated(DType dtype) {
    return dtype == DType::Float32 || dtype == DType::Bool;
}

/// What `operation` is verified with: elements are floats here, those of bool too.
DType input_dtype(const Operation& operation) {
    const auto* cast = std::get_if<Cast>(&operation);
    return cast != nullptr && cast->to == DType::Float32 ? DType::Bool : DType::Float32;
}

void bind_inputs(const Graph& graph, std::span<const Tensor> inputs, Values& values) {
    core::require(inputs.size() == graph.inputs().size(), "graph \"{}\": expected {} inputs, found {}", graph.name(),
                  graph.inputs().size(), inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const Port& port = graph.inputs()[i];
        const Value& value = graph.value(port.value);
        if (!is_evaluated(value.dtype)) {
            core::fail(ErrorCode::Unsupported, "input \"{}\": has elements of {}; only float32 and bool are evaluated",
                       port.name, to_string(value.dtype));
        }
        core::require(inputs[i].shape == value.shape, "input \"{}\": expected shape {}, found {}", port.name,
                      to_string(value.shape), to_string(inputs[i].shape));
        check_elements(inputs[i], "input", port.name);
        values.set(port.value, value.dtype == DType::Bool ? truths(inputs[i]) : inputs[i]);
    }
}

void run_node(const Graph& graph, const Node& node, Values& values) {
    std::vector<const Tensor*> inputs;
    for (const ValueId id : node.inputs) inputs.push_back(&values.get(graph, id));
    std::vector<Tensor> outputs;
    try {
        outputs = evaluate_node(node.operation, inputs);
    } catch (const Error& error) {
        core::fail(error.code(), "node \"{}\" ({}): {}", node.name, name_of(node.operation), error.what());
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) values.set(node.outputs[i], std::move(outputs[i]));
    for (const ValueId id : node.inputs) values.used(id);
}

}  // namespace

Tensor zeros(const Shape& shape) {
    const std::int64_t count = element_count(shape);
    try {
        return {shape, std::vector<float>(static_cast<std::size_t>(count))};
    } catch (const std::exception&) {  // bad_alloc or, above max_size(), length_error
        core::fail(ErrorCode::OutOfMemory, "a tensor of shape {} needs {} elements of 4 bytes, which could not be had",
                   to_string(shape), count);
    }
}

Tensor constant_tensor(const Value& value) {
    if (!is_evaluated(value.dtype)) {
        core::fail(ErrorCode::Unsupported, "constant \"{}\" has elements of {}; only float32 and bool are evaluated",
                   value.name, to_string(value.dtype));
    }
    core::require(value.data != nullptr, "\"{}\": expected a constant with its elements, found none", value.name);
    Tensor tensor = zeros(value.shape);
    const std::size_t count = tensor.elements.size();
    if (value.dtype == DType::Float32) {
        std::copy_n(static_cast<const float*>(value.data.get()), count, tensor.elements.begin());
        return tensor;
    }
    std::copy_n(static_cast<const std::uint8_t*>(value.data.get()), count, tensor.elements.begin());
    return truths(std::move(tensor));
}

namespace {

std::vector<Tensor> one_result(Tensor result) {
    std::vector<Tensor> results;
    results.push_back(std::move(result));
    return results;
}

}  // namespace

std::vector<Tensor> evaluate_node(const Operation& operation, std::span<const Tensor* const> inputs) {
    inference::Types types;
    for (const Tensor* input : inputs) {
        check_elements(*input, "input", std::to_string(types.size()));
        types.push_back({input_dtype(operation), input->shape});
    }
    const Operation known = inference::normalized(operation, types);
    const inference::Types outputs = inference::infer_outputs(known, types);
    return std::visit(
        [&]<typename Attributes>(const Attributes& attributes) -> std::vector<Tensor> {
            if constexpr (std::is_same_v<Attributes, Opaque>) {
                core::fail(ErrorCode::Unsupported, "\"{}\" is opaque: its kernel is the caller's own", attributes.kind);
            } else if constexpr (std::is_same_v<Attributes, Split>) {
                return compute(attributes, inputs);
            } else if constexpr (std::is_same_v<Attributes, Conv2d>) {
                Shape whole = outputs.front().shape;
                whole[1] = inputs[1]->shape[0];
                Tensor y = compute(attributes, inputs, whole);
                if (attributes.parts.empty()) return one_result(std::move(y));
                const Tensor* const joined = &y;
                return compute(Split{.axis = 1, .sizes = attributes.parts}, Operands(&joined, 1));
            } else {
                return one_result(compute(attributes, inputs, outputs.front().shape));
            }
        },
        known);
}

std::vector<Tensor> evaluate_node(const Operation& operation, std::span<const Tensor> inputs) {
    std::vector<const Tensor*> pointers;
    for (const Tensor& input : inputs) pointers.push_back(&input);
    return evaluate_node(operation, pointers);
}

std::vector<Tensor> evaluate(const Graph& graph, std::span<const Tensor> inputs) {
    Values values(graph);
    bind_inputs(graph, inputs, values);
    for (const Node& node : graph.nodes()) run_node(graph, node, values);
    std::vector<Tensor> outputs;
    for (const Port& port : graph.outputs()) outputs.push_back(values.get(graph, port.value));
    return outputs;
}

}  // namespace abut::reference
