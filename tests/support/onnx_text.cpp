// SPDX-License-Identifier: Apache-2.0
#include "support/onnx_text.hpp"

#include <fmt/format.h>
#include <google/protobuf/text_format.h>

#include <span>

#include "core/fail.hpp"
#include "onnx/proto.hpp"

namespace abut::testing_support {

namespace {

namespace proto = ::onnx;

std::string fields(std::string_view name, const Texts& texts, bool quotes) {
    std::string text;
    for (const auto& each : texts) {
        text += quotes ? fmt::format("{}: \"{}\" ", name, each) : fmt::format("{} {{ {} }} ", name, each);
    }
    return text;
}

int code_of(DType dtype) {
    if (dtype == DType::Float32) return proto::TensorProto::FLOAT;
    return dtype == DType::Bool ? proto::TensorProto::BOOL : proto::TensorProto::INT64;
}

template <typename Elements>
std::string tensor_text(std::string_view name, const Shape& shape, DType dtype, std::string_view field,
                        const Elements& elements) {
    std::string text = fmt::format("initializer {{ name: \"{}\" data_type: {} ", name, code_of(dtype));
    for (const std::int64_t extent : shape) text += fmt::format("dims: {} ", extent);
    for (const auto element : elements) text += fmt::format("{}: {} ", field, element);
    return text + "}";
}

}  // namespace

std::string node_text(std::string_view operator_name, const Texts& inputs, const Texts& outputs, const Texts& attributes) {
    return fmt::format("node {{ op_type: \"{}\" {}{}{}}}", operator_name, fields("input", inputs, true),
                       fields("output", outputs, true), fields("attribute", attributes, false));
}

std::string integer_text(std::string_view name, std::int64_t value) {
    return fmt::format("name: \"{}\" type: INT i: {}", name, value);
}

std::string branch_text(std::string_view name, const Texts& nodes, const Texts& outputs) {
    std::string graph;
    for (const auto& node : nodes) graph += node + " ";
    for (const auto& output : outputs) graph += fmt::format("output {{ name: \"{}\" }} ", output);
    return fmt::format("name: \"{}\" type: GRAPH g {{ name: \"{}\" {}}}", name, name, graph);
}

std::string port_text(std::string_view kind, std::string_view name, DType dtype, const Shape& shape) {
    std::string dims;
    for (const std::int64_t extent : shape) dims += fmt::format("dim {{ dim_value: {} }} ", extent);
    return fmt::format("{} {{ name: \"{}\" type {{ tensor_type {{ elem_type: {} shape {{ {}}} }} }} }}", kind, name,
                       code_of(dtype), dims);
}

std::string constant_text(std::string_view name, const Shape& shape, const std::vector<float>& elements) {
    return tensor_text(name, shape, DType::Float32, "float_data", elements);
}

std::string constant_text(std::string_view name, const Shape& shape, const std::vector<std::int64_t>& elements) {
    return tensor_text(name, shape, DType::Int64, "int64_data", elements);
}

std::string constant_text(std::string_view name, const Shape& shape, const std::vector<bool>& elements) {
    return tensor_text(name, shape, DType::Bool, "int32_data", std::vector<int>(elements.begin(), elements.end()));
}

Graph load_text(const Texts& parts, const OnnxOptions& options) {
    proto::ModelProto model;
    std::string text = "name: \"graph\" ";
    for (const auto& part : parts) text += part + "\n";
    core::require(google::protobuf::TextFormat::ParseFromString(text, model.mutable_graph()), "no text of a graph: {}",
                  text);
    model.set_ir_version(8);
    model.add_opset_import()->set_version(17);
    const std::string bytes = model.SerializeAsString();
    return load_onnx(std::as_bytes(std::span(bytes)), {}, "model.onnx", options);
}

}  // namespace abut::testing_support
