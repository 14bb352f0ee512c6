// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "abut/graph.hpp"
#include "onnx/proto_forward.hpp"

namespace abut::onnx {

/// Adds nodes and constants to a GraphProto and keeps names apart. Values of the graph are named by name_of().
class ExportWriter {
public:
    ExportWriter(const Graph& graph, proto::GraphProto& proto, OpsetVersion opset);

    [[nodiscard]] const Graph& graph() const { return *graph_; }
    [[nodiscard]] OpsetVersion opset() const { return opset_; }
    [[nodiscard]] const std::string& name_of(ValueId value) const { return names_[static_cast<std::size_t>(value.index)]; }
    [[nodiscard]] const Shape& shape_of(ValueId value) const { return graph_->value(value).shape; }
    /// A name that nothing has yet, made from `wish`.
    std::string unique(const std::string& wish);

    /// A node with one output, named as it; attributes are added to the result.
    proto::NodeProto& node(std::string_view operator_name, std::span<const std::string> inputs, const std::string& output);
    proto::NodeProto& node(std::string_view operator_name, std::initializer_list<std::string> inputs,
                           const std::string& output);

    /// One more output of a node.
    static void add_output(proto::NodeProto& node, const std::string& output);

    /// The bool for the float `number`: the one that it was cast from, or a cast to bool.
    std::string truth_of(const std::string& number);
    /// The bool `truth` as the float `output`, 0 and 1.
    void cast_truth(const std::string& truth, const std::string& output);

    // Constants; each returns its name. `wish` is what they belong to.
    std::string scalar(float value, const std::string& wish);
    std::string integers(std::span<const std::int64_t> values, const std::string& wish);
    std::string floats(std::span<const float> values, const std::string& wish);
    /// A constant of the graph under another shape of as many elements.
    std::string reshaped(ValueId constant, const Shape& shape);
    /// A constant of the graph under its own name.
    void constant(ValueId value);

private:
    proto::TensorProto& tensor(const std::string& name, DType dtype, const Shape& shape, const void* data);
    void name_values();

    const Graph* graph_;
    proto::GraphProto* proto_;
    OpsetVersion opset_;
    std::unordered_set<std::string> taken_;
    std::vector<std::string> names_;                       ///< by ValueId
    std::unordered_map<std::string, std::string> truths_;  ///< names of bools by those of the same in floats
};

/// The code of a dtype in ONNX.
int dtype_code(DType dtype);

// Attributes of a node.
void set_integer(proto::NodeProto& node, std::string_view name, std::int64_t value);
void set_float(proto::NodeProto& node, std::string_view name, float value);
void set_text(proto::NodeProto& node, std::string_view name, std::string_view value);
void set_integers(proto::NodeProto& node, std::string_view name, std::span<const std::int64_t> values);

}  // namespace abut::onnx
