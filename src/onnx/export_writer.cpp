// SPDX-License-Identifier: Apache-2.0
#include "onnx/export_writer.hpp"

#include "core/fail.hpp"
#include "core/printable.hpp"
#include "onnx/proto.hpp"

namespace abut::onnx {

ExportWriter::ExportWriter(const Graph& graph, proto::GraphProto& proto, OpsetVersion opset)
    : graph_(&graph),
      proto_(&proto),
      opset_(opset),
      names_(graph.values().size()) {
    name_values();
}

std::string ExportWriter::unique(const std::string& wish) {
    std::string name = wish.empty() ? "value" : wish;
    for (int copy = 2; !taken_.insert(name).second; ++copy) name = fmt::format("{}_{}", wish, copy);
    return name;
}

// Ports come first: their names are the interface. A value that a node computes takes the name of the output that it is.
void ExportWriter::name_values() {
    for (const Port& port : graph_->inputs()) {
        names_[static_cast<std::size_t>(port.value.index)] = port.name;
        taken_.insert(port.name);
    }
    for (const Port& port : graph_->outputs()) {
        std::string& name = names_[static_cast<std::size_t>(port.value.index)];
        const bool computed = graph_->value(port.value).producer.index >= 0;
        core::require(taken_.insert(port.name).second, "an input and an output have the name '{}'",
                      core::printable(port.name));
        if (computed && name.empty()) name = port.name;
    }
    for (std::size_t i = 0; i < names_.size(); ++i) {
        if (names_[i].empty()) names_[i] = unique(graph_->values()[i].name);
    }
}

proto::NodeProto& ExportWriter::node(std::string_view operator_name, std::span<const std::string> inputs,
                                     const std::string& output) {
    proto::NodeProto& node = *proto_->add_node();
    node.set_op_type(std::string(operator_name));
    node.set_name(output);
    for (const std::string& input : inputs) node.add_input(input);
    node.add_output(output);
    return node;
}

proto::NodeProto& ExportWriter::node(std::string_view operator_name, std::initializer_list<std::string> inputs,
                                     const std::string& output) {
    return node(operator_name, std::span(inputs.begin(), inputs.size()), output);
}

std::string ExportWriter::truth_of(const std::string& number) {
    std::string& truth = truths_[number];
    if (!truth.empty()) return truth;
    truth = unique(number + "/truth");
    set_integer(node("Cast", {number}, truth), "to", dtype_code(DType::Bool));
    return truth;
}

void ExportWriter::cast_truth(const std::string& truth, const std::string& output) {
    truths_[output] = truth;
    set_integer(node("Cast", {truth}, output), "to", dtype_code(DType::Float32));
}

void ExportWriter::add_output(proto::NodeProto& node, const std::string& output) {
    node.add_output(output);
}

proto::TensorProto& ExportWriter::tensor(const std::string& name, DType dtype, const Shape& shape, const void* data) {
    proto::TensorProto& tensor = *proto_->add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(dtype_code(dtype));
    for (const std::int64_t extent : shape) tensor.add_dims(extent);
    const auto size = static_cast<std::size_t>(element_count(shape) * size_bytes(dtype));
    tensor.set_raw_data(data, size);
    return tensor;
}

std::string ExportWriter::scalar(float value, const std::string& wish) {
    std::string name = unique(wish);
    tensor(name, DType::Float32, {}, &value);
    return name;
}

std::string ExportWriter::integers(std::span<const std::int64_t> values, const std::string& wish) {
    std::string name = unique(wish);
    tensor(name, DType::Int64, {static_cast<std::int64_t>(values.size())}, values.data());
    return name;
}

std::string ExportWriter::floats(std::span<const float> values, const std::string& wish) {
    std::string name = unique(wish);
    tensor(name, DType::Float32, {static_cast<std::int64_t>(values.size())}, values.data());
    return name;
}

std::string ExportWriter::reshaped(ValueId constant, const Shape& shape) {
    std::string name = unique(name_of(constant));
    tensor(name, graph_->value(constant).dtype, shape, graph_->value(constant).data.get());
    return name;
}

void ExportWriter::constant(ValueId value) {
    tensor(name_of(value), graph_->value(value).dtype, shape_of(value), graph_->value(value).data.get());
}

int dtype_code(DType dtype) {
    switch (dtype) {
        case DType::Float32:
            return proto::TensorProto::FLOAT;
        case DType::Float16:
            return proto::TensorProto::FLOAT16;
        case DType::Int64:
            return proto::TensorProto::INT64;
        case DType::Int32:
            return proto::TensorProto::INT32;
        case DType::UInt8:
            return proto::TensorProto::UINT8;
        case DType::Bool:
            return proto::TensorProto::BOOL;
    }
    return proto::TensorProto::UNDEFINED;
}

namespace {

proto::AttributeProto& add_attribute(proto::NodeProto& node, std::string_view name,
                                     proto::AttributeProto::AttributeType type) {
    proto::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(std::string(name));
    attribute.set_type(type);
    return attribute;
}

}  // namespace

void set_integer(proto::NodeProto& node, std::string_view name, std::int64_t value) {
    add_attribute(node, name, proto::AttributeProto::INT).set_i(value);
}

void set_float(proto::NodeProto& node, std::string_view name, float value) {
    add_attribute(node, name, proto::AttributeProto::FLOAT).set_f(value);
}

void set_text(proto::NodeProto& node, std::string_view name, std::string_view value) {
    add_attribute(node, name, proto::AttributeProto::STRING).set_s(std::string(value));
}

void set_integers(proto::NodeProto& node, std::string_view name, std::span<const std::int64_t> values) {
    auto& attribute = add_attribute(node, name, proto::AttributeProto::INTS);
    for (const std::int64_t value : values) attribute.add_ints(value);
}

}  // namespace abut::onnx
