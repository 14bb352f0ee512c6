// SPDX-License-Identifier: Apache-2.0
#include "abut/graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/checked.hpp"
#include "graph/infer.hpp"
#include "graph/port_checks.hpp"

namespace abut::inline v0 {

namespace {

/// So that a runaway file or loop ends before memory does.
constexpr std::size_t most_nodes = std::size_t{1} << 18;

/// Row-major elements that outlive every copy of the graph. Never null: null data would not be a constant.
std::shared_ptr<const void> copy_of(std::span<const float> elements) {
    std::shared_ptr<float[]> copy(new float[std::max<std::size_t>(elements.size(), 1)]);
    std::ranges::copy(elements, copy.get());
    return copy;
}

std::string name_of_output(const std::string& node, std::size_t output, std::size_t outputs) {
    return outputs == 1 ? node : fmt::format("{}_{}", node, output);
}

}  // namespace

ValueId Graph::add_value(Value value) {
    core::checked_multiply(element_count(value.shape), size_bytes(value.dtype));
    core::require(std::in_range<std::int32_t>(values_.size()), "a graph holds at most 2^31 - 1 values");
    values_.push_back(std::move(value));
    return {static_cast<std::int32_t>(values_.size() - 1)};
}

const Node& Graph::node(NodeId id) const {
    core::require(id.index >= 0 && static_cast<std::size_t>(id.index) < nodes_.size(),
                  "graph \"{}\": expected one of its {} nodes, found number {}", name_, nodes_.size(), id.index);
    return nodes_[static_cast<std::size_t>(id.index)];
}

const Value& Graph::value(ValueId id) const {
    core::require(id.index >= 0 && static_cast<std::size_t>(id.index) < values_.size(),
                  "graph \"{}\": expected one of its {} values, found number {}", name_, values_.size(), id.index);
    return values_[static_cast<std::size_t>(id.index)];
}

ValueId Graph::input(std::string name, const ViewSpec& spec) {
    graph_detail::check_port_name(inputs_, name, "input");
    graph_detail::check_input_view(fmt::format("input \"{}\"", name), spec);
    const ValueId value = add_value({.name = name, .dtype = spec.dtype, .shape = spec.shape()});
    inputs_.push_back({std::move(name), value, spec});
    return value;
}

ValueId Graph::constant(const ViewSpec& spec, std::shared_ptr<const void> data, std::string name) {
    if (name.empty()) name = fmt::format("constant_{}", values_.size());
    core::require(spec.layout.is_dense(), "constant \"{}\": expected a row-major layout without gaps, found {}", name,
                  to_string(spec.layout));
    core::require(data != nullptr || element_count(spec.shape()) == 0,
                  "constant \"{}\": expected the data of {} elements, found "
                  "none",
                  name, to_string(spec.shape()));
    if (data == nullptr) data = copy_of({});
    return add_value({.name = std::move(name), .dtype = spec.dtype, .shape = spec.shape(), .data = std::move(data)});
}

ValueId Graph::constant(const Shape& shape, std::span<const float> elements, std::string name) {
    const std::int64_t expected = element_count(shape);
    core::require(std::cmp_equal(elements.size(), expected), "constant \"{}\": expected {} elements for shape {}, found {}",
                  name, expected, to_string(shape), elements.size());
    return constant(ViewSpec(DType::Float32, shape), copy_of(elements), std::move(name));
}

void Graph::output(std::string name, ValueId id, const ViewSpec& spec) {
    graph_detail::check_port_name(outputs_, name, "output");
    graph_detail::check_output_view(fmt::format("output \"{}\"", name), value(id), spec);
    outputs_.push_back({std::move(name), id, spec});
}

void Graph::output(std::string name, ValueId id) {
    const Value& result = value(id);
    output(std::move(name), id, ViewSpec(result.dtype, result.shape));
}

void Graph::share(ValueId value, std::string_view output, const Dims& begin) {
    const auto input = std::ranges::find(inputs_, value, &Port::value);
    core::require(input != inputs_.end(), "share: expected an input of the graph, found value {}", value.index);
    const auto port = std::ranges::find(outputs_, output, &Port::name);
    core::require(port != outputs_.end(), "share: input \"{}\": expected an output of the graph, found \"{}\"", input->name,
                  output);
    const SharedPorts shared{static_cast<int>(input - inputs_.begin()), static_cast<int>(port - outputs_.begin()), begin};
    const bool is_taken = std::ranges::any_of(shared_ports_, [&](const SharedPorts& other) {
        return other.input == shared.input || other.output == shared.output;
    });
    core::require(!is_taken, "share: expected ports that share no memory yet, found input \"{}\" and output \"{}\"",
                  input->name, output);
    graph_detail::check_shared_ports(*input, *port, begin);
    shared_ports_.push_back(shared);
}

std::vector<ValueId> Graph::append(Operation operation, std::vector<ValueId> inputs, std::string name) {
    core::require(nodes_.size() < most_nodes, "graph \"{}\": expected at most {} nodes, found one more", name_, most_nodes);
    if (name.empty()) {
        const auto* opaque = std::get_if<Opaque>(&operation);
        name = fmt::format("{}_{}", opaque != nullptr ? opaque->kind : name_of(operation), nodes_.size());
    }
    inference::Types outputs;
    try {
        inference::Types types;
        for (const ValueId id : inputs) types.push_back({value(id).dtype, value(id).shape});
        operation = inference::normalized(std::move(operation), types);
        outputs = inference::infer_outputs(operation, types);
        for (const auto& type : outputs) core::checked_multiply(element_count(type.shape), size_bytes(type.dtype));
    } catch (const Error& error) {
        core::fail(error.code(), "node \"{}\" ({}): {}", name, name_of(operation), error.what());
    }
    const NodeId producer{static_cast<std::int32_t>(nodes_.size())};
    std::vector<ValueId> results;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        results.push_back(add_value({.name = name_of_output(name, i, outputs.size()),
                                     .dtype = outputs[i].dtype,
                                     .shape = outputs[i].shape,
                                     .producer = producer}));
    }
    nodes_.push_back({std::move(operation), std::move(name), std::move(inputs), results});
    return results;
}

void Graph::rename(ValueId id, std::string name) {
    static_cast<void>(value(id));
    values_[static_cast<std::size_t>(id.index)].name = std::move(name);
}

}  // namespace abut::inline v0
