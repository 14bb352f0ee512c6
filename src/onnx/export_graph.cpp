// SPDX-License-Identifier: Apache-2.0
#include "onnx/export_graph.hpp"

#include <algorithm>
#include <unordered_set>

#include "abut/version.hpp"
#include "core/fail.hpp"
#include "core/printable.hpp"
#include "onnx/export_operations.hpp"
#include "onnx/export_writer.hpp"
#include "onnx/proto.hpp"

namespace abut::onnx {

namespace {

void export_port(const Port& port, const Value& value, proto::ValueInfoProto& proto) {
    proto.set_name(port.name);
    auto& type = *proto.mutable_type()->mutable_tensor_type();
    type.set_elem_type(dtype_code(value.dtype));
    type.mutable_shape();  // a scalar has a shape without axes
    for (const std::int64_t extent : value.shape) type.mutable_shape()->add_dim()->set_dim_value(extent);
}

// Comes last: a constant that became the bias of a convolution is read under another name only.
void export_constants(ExportWriter& writer, const proto::GraphProto& proto) {
    std::unordered_set<std::string_view> read;
    for (const auto& node : proto.node()) read.insert(node.input().begin(), node.input().end());
    for (std::size_t i = 0; i < writer.graph().values().size(); ++i) {
        const Value& value = writer.graph().values()[i];
        const ValueId id{static_cast<std::int32_t>(i)};
        if (!value.is_constant() || !read.contains(writer.name_of(id))) continue;
        if (value.data == nullptr) {
            core::fail(ErrorCode::Unsupported, "constant '{}' is unsupported in ONNX files: its elements were released",
                       core::printable(value.name));
        }
        writer.constant(id);
    }
}

// Outputs that are no value of their own: a second name, an input, a constant.
void export_outputs(ExportWriter& writer, proto::GraphProto& proto) {
    for (const Port& port : writer.graph().outputs()) {
        const std::string& name = writer.name_of(port.value);
        if (name != port.name) writer.node("Identity", {name}, port.name);
        export_port(port, writer.graph().value(port.value), *proto.add_output());
    }
}

OpsetVersion lowest_opset(const Graph& graph) {
    OpsetVersion opset = 13;
    for (const Node& node : graph.nodes()) opset = std::max(opset, needed_opset(node.operation));
    return opset;
}

}  // namespace

void export_graph(const Graph& graph, proto::ModelProto& model) {
    const OpsetVersion opset = lowest_opset(graph);
    model.set_ir_version(opset > 17 ? 9 : 7);
    model.set_producer_name("abut");
    model.set_producer_version(std::string(version()));
    model.add_opset_import()->set_version(opset);
    proto::GraphProto& proto = *model.mutable_graph();
    proto.set_name(graph.name());
    for (const Port& port : graph.inputs()) export_port(port, graph.value(port.value), *proto.add_input());
    ExportWriter writer(graph, proto, opset);
    for (const Node& node : graph.nodes()) export_node(writer, node);
    export_outputs(writer, proto);
    export_constants(writer, proto);
}

}  // namespace abut::onnx
