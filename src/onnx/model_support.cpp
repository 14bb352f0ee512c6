// SPDX-License-Identifier: Apache-2.0
#include "onnx/model_support.hpp"

#include <algorithm>
#include <span>
#include <unordered_map>

#include "core/printable.hpp"
#include "onnx/import_model.hpp"
#include "onnx/node_order.hpp"
#include "onnx/operator_table.hpp"
#include "onnx/proto.hpp"
#include "onnx/read_model.hpp"
#include "onnx/scoped_names.hpp"
#include "onnx/with_name.hpp"

namespace abut::onnx {

namespace {

using Declarations = std::unordered_map<std::string, const proto::ValueInfoProto*>;

Declarations find_declarations(const proto::GraphProto& graph) {
    Declarations declarations;
    for (const auto& value : graph.value_info()) declarations.emplace(value.name(), &value);
    for (const auto& output : graph.output()) declarations.emplace(output.name(), &output);
    return declarations;
}

// Nothing for what is not computed at run time.
std::optional<DType> declared_dtype(const proto::ValueInfoProto& value) {
    const int code = value.type().tensor_type().elem_type();
    if (code == proto::TensorProto::FLOAT) return DType::Float32;
    return code == proto::TensorProto::BOOL ? std::optional(DType::Bool) : std::nullopt;
}

// Nothing where an extent is open.
std::optional<Shape> declared_shape(const proto::ValueInfoProto& value) {
    const auto& type = value.type().tensor_type();
    if (!type.has_shape() || type.shape().dim_size() > Dims::max_rank) return std::nullopt;
    Shape shape;
    for (const auto& dim : type.shape().dim()) {
        if (!dim.has_dim_value() || dim.dim_value() < 1) return std::nullopt;
        shape.push_back(dim.dim_value());
    }
    return shape;
}

class Survey {
public:
    Survey(proto::ModelProto& model, const std::filesystem::path& directory, const OnnxOptions& options)
        : graph_(model.graph()),
          state_(begin_import(model, directory, options)),
          names_(node_names(state_, graph_)),
          declarations_(find_declarations(graph_)) {}

    ModelSupport run() {
        for (const auto& node : graph_.node())
            support_.nodes.push_back(
                {.node = label_of(node), .operator_name = core::printable(node.op_type()), .reason = {}});
        for (const int index : node_order(graph_, names_.given))
            visit(graph_.node(index), support_.nodes[static_cast<std::size_t>(index)]);
        if (support_.is_complete) import_outputs(state_, graph_);
        support_.graph = std::move(state_.graph);
        return std::move(support_);
    }

private:
    void visit(const proto::NodeProto& node, NodeSupport& support) {
        support.first_node = static_cast<int>(state_.graph.nodes().size());
        const auto missing = missing_input(node);
        const bool has_operator = find_operator(node.op_type()) != nullptr || find_host_operator(node.op_type()) != nullptr;
        if (missing && has_operator) {
            support.fate = NodeFate::Unknown;
            support.reason = fmt::format("the shape of '{}' is not known", core::printable(*missing));
            declare_results(node);
        } else if (missing) {
            refuse(node, support, fmt::format("unsupported operator {}", core::printable(node.op_type())));
        } else {
            import(node, support);
        }
        support.last_node = static_cast<int>(state_.graph.nodes().size());
    }

    std::optional<std::string> missing_input(const proto::NodeProto& node) const {
        for (const std::string& name : names_read(node)) {
            if (!name.empty() && !state_.values.contains(name)) return name;
        }
        return std::nullopt;
    }

    void import(const proto::NodeProto& node, NodeSupport& support) {
        try {
            import_node(state_, node, names_);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::Unsupported) throw;
            const std::string text = error.what();
            const std::string prefix = fmt::format("node '{}' ({}): ", support.node, support.operator_name);
            return refuse(node, support, text.starts_with(prefix) ? text.substr(prefix.size()) : text);
        }
        const bool known = std::ranges::all_of(
            node.output(), [&](const std::string& name) { return name.empty() || state_.values.at(name).host.has_value(); });
        support.fate = known ? NodeFate::Constant : NodeFate::InGraph;
    }

    void refuse(const proto::NodeProto& node, NodeSupport& support, std::string reason) {
        support.fate = NodeFate::Unsupported;
        support.reason = std::move(reason);
        support_.is_complete = false;
        declare_results(node);
    }

    // Stand for results that nothing computes, so that the nodes behind can be looked at.
    void declare_results(const proto::NodeProto& node) {
        for (const std::string& name : node.output()) {
            const auto declared = declarations_.find(name);
            if (name.empty() || state_.values.contains(name) || declared == declarations_.end()) continue;
            const auto dtype = declared_dtype(*declared->second);
            const auto shape = declared_shape(*declared->second);
            if (dtype && shape) state_.values[name] = {std::nullopt, state_.graph.input(name, ViewSpec(*dtype, *shape))};
        }
    }

    const proto::GraphProto& graph_;
    ImportState state_;
    NodeNames names_;
    Declarations declarations_;
    ModelSupport support_;
};

}  // namespace

ModelSupport find_support(std::string_view bytes, const std::filesystem::path& directory, std::string_view name,
                          const OnnxOptions& options) {
    const std::string file = core::printable(name);
    auto model = parse_model(std::as_bytes(std::span(bytes)), file);
    return with_name(file, [&] { return Survey(model, directory, options).run(); });
}

}  // namespace abut::onnx
