// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "abut/export.hpp"
#include "abut/layout.hpp"
#include "abut/operations.hpp"

namespace abut::inline v0 {

/// Handle of a value of one Graph.
struct ValueId {
    std::int32_t index = -1;
    auto operator<=>(const ValueId&) const = default;
};

/// Handle of a node of one Graph; nodes are numbered in a topological order.
struct NodeId {
    std::int32_t index = -1;
    auto operator<=>(const NodeId&) const = default;
};

/// A tensor of the graph: an input, a constant (data is set, unless released) or the result of `producer`.
struct Value {
    std::string name;
    DType dtype = DType::Float32;
    Shape shape;
    NodeId producer{};                   ///< index -1 for inputs and constants
    std::shared_ptr<const void> data{};  ///< row-major elements of a constant
    bool released = false;               ///< a constant whose elements were dropped; `data` is empty

    [[nodiscard]] bool is_constant() const noexcept { return data != nullptr || released; }
    [[nodiscard]] bool is_input() const noexcept { return !is_constant() && producer.index < 0; }
};

struct Node {
    Operation operation;
    std::string name;
    std::vector<ValueId> inputs;
    std::vector<ValueId> outputs;
};

/// An input or output of the graph: its value and the view that the caller promises to bind.
struct Port {
    std::string name;
    ValueId value;
    ViewSpec spec;
};

/// Ports of a graph by their indices: the caller keeps the elements of an input in the memory that it binds for an output,
/// element 0 at `begin` of the output.
struct SharedPorts {
    int input = 0;
    int output = 0;
    Dims begin;
};

/// A static single assignment graph of tensors with static shapes. Every call verifies its arguments and infers the
/// output's shape; InvalidArgument names the node and what disagrees. Not thread-safe; a value type.
class ABUT_API Graph {
public:
    // Values that come from outside.
    ValueId input(std::string name, const ViewSpec& spec);
    /// `data` holds the elements of `spec.shape()` in row-major order and is shared, not copied.
    ValueId constant(const ViewSpec& spec, std::shared_ptr<const void> data, std::string name = {});
    /// float32 constant from a copy of `elements`.
    ValueId constant(const Shape& shape, std::span<const float> elements, std::string name = {});
    /// `spec` is the layout and alignment of the view that a run will bind for `value`; one value may be output twice.
    void output(std::string name, ValueId value, const ViewSpec& spec);
    void output(std::string name, ValueId value);  ///< dense, in the model's order
    /// Offers planning the memory of output `output` for the input `value`, as a cache is both that a run appends to:
    /// element 0 of the input lies at `begin` of the output, and its view has the output's strides. Where the plan takes it
    /// (Program::shared_ports), runs must bind both so, and what the input holds is in place already. An input and an
    /// output share once.
    void share(ValueId value, std::string_view output, const Dims& begin);

    // Operations; operations.hpp defines each. Axes may be negative.
    ValueId conv2d(ValueId x, ValueId weights, const Conv2d& attributes = {});
    /// bias has shape {O}; it becomes the first step of the epilogue.
    ValueId conv2d(ValueId x, ValueId weights, ValueId bias, Conv2d attributes = {});
    ValueId conv_transpose2d(ValueId x, ValueId weights, const ConvTranspose2d& attributes = {});
    ValueId conv_transpose2d(ValueId x, ValueId weights, ValueId bias, ConvTranspose2d attributes = {});
    ValueId dense(ValueId a, ValueId b, const Dense& attributes = {});
    ValueId elementwise(const Expression& expression, std::span<const ValueId> inputs);
    ValueId apply(Function function, ValueId x, float alpha = 0, float beta = 0);
    ValueId apply(Function function, ValueId a, ValueId b);
    ValueId relu(ValueId x) { return apply(Function::Relu, x); }
    /// `a` where `condition` is not 0, else `b`; the three broadcast together.
    ValueId select(ValueId condition, ValueId a, ValueId b);
    ValueId cast(ValueId x, DType to) { return append(Cast{to}, {x}).front(); }
    ValueId add(ValueId a, ValueId b) { return apply(Function::Add, a, b); }
    ValueId multiply(ValueId a, ValueId b) { return apply(Function::Multiply, a, b); }
    ValueId batch_norm(ValueId x, ValueId scale, ValueId bias, ValueId mean, ValueId variance, float epsilon = 1e-5F);
    ValueId pool2d(ValueId x, const Pool2d& attributes);
    ValueId global_average_pool(ValueId x);  ///< a mean over all axes but the first two, kept with extent 1
    ValueId reduce(ValueId x, ReduceKind kind, std::vector<int> axes, bool keep_dims = true);
    ValueId softmax(ValueId x, int axis, bool log = false);
    ValueId resize(ValueId x, const Resize& attributes);
    ValueId pad(ValueId x, const Pad& attributes);
    ValueId transpose(ValueId x, const Dims& permutation);
    ValueId concat(std::vector<ValueId> operands, int axis);
    std::vector<ValueId> split(ValueId x, int axis, std::vector<std::int64_t> sizes);
    ValueId slice(ValueId x, int axis, std::int64_t begin, std::int64_t end);
    ValueId reshape(ValueId x, const Shape& shape);
    ValueId flatten(ValueId x, int axis = 1);

    /// The general form: infers the outputs of `operation` and appends the node. An empty name becomes "conv2d_7".
    std::vector<ValueId> append(Operation operation, std::vector<ValueId> inputs, std::string name = {});
    void rename(ValueId value, std::string name);
    /// Drops the elements of every constant and keeps its shape, for graphs that are only looked at from now on.
    void release_constants();

    [[nodiscard]] const std::vector<Node>& nodes() const noexcept { return nodes_; }
    [[nodiscard]] const Node& node(NodeId id) const;
    [[nodiscard]] const std::vector<Value>& values() const noexcept { return values_; }
    [[nodiscard]] const Value& value(ValueId id) const;
    [[nodiscard]] const std::vector<Port>& inputs() const noexcept { return inputs_; }
    [[nodiscard]] const std::vector<Port>& outputs() const noexcept { return outputs_; }
    [[nodiscard]] const std::vector<SharedPorts>& shared_ports() const noexcept { return shared_ports_; }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    void set_name(std::string name) { name_ = std::move(name); }

private:
    ValueId add_value(Value value);

    std::string name_ = "graph";
    std::vector<Node> nodes_;
    std::vector<Value> values_;
    std::vector<Port> inputs_;
    std::vector<Port> outputs_;
    std::vector<SharedPorts> shared_ports_;
};

/// One line a node, for people and tests.
ABUT_API std::string to_string(const Graph& graph);

}  // namespace abut::inline v0
