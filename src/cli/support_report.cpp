// SPDX-License-Identifier: Apache-2.0
#include "cli/support_report.hpp"

#include <algorithm>

#include "abut/plan.hpp"
#include "core/printable.hpp"
#include "onnx/model_support.hpp"
#include "onnx/with_name.hpp"
#include "ops/op_traits.hpp"
#include "program/optimised_plan.hpp"
#include "program/step_spec.hpp"

namespace abut::cli {

namespace {

NodeStatus status_in_graph(const onnx::NodeSupport& node, const Graph& graph) {
    for (int n = node.first_node; n < node.last_node; ++n) {
        if (ops::view_relations(graph, graph.node(NodeId{n})).empty()) return NodeStatus::Kernel;
    }
    return NodeStatus::View;
}

NodeStatus status_of(const onnx::NodeSupport& node, const Graph& graph) {
    switch (node.fate) {
        case onnx::NodeFate::InGraph:
            return status_in_graph(node, graph);
        case onnx::NodeFate::Constant:
            return NodeStatus::Constant;
        case onnx::NodeFate::Unused:
            return NodeStatus::Unused;
        case onnx::NodeFate::Unsupported:
            return NodeStatus::Unsupported;
        case onnx::NodeFate::Unknown:
            return NodeStatus::Unknown;
    }
    return NodeStatus::Unknown;
}

// A node may be read and still have no kernel for the attributes that it has.
void refuse_without_kernel(const Graph& graph, std::vector<ReportedNode>& nodes) {
    const auto [optimised, slices] = programs::optimised_plan(graph, {});
    for (const Step& step : slices.steps) {
        try {
            (void)programs::lower_step(step, slices, optimised, DeviceProfile{}, programs::PortAlignment::Promised);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::Unsupported) throw;
            const auto found = std::ranges::find(nodes, step.name, &ReportedNode::node);
            if (found == nodes.end()) throw;
            found->status = NodeStatus::Unsupported;
            found->reason = error.what();
        }
    }
}

}  // namespace

bool SupportReport::is_supported() const {
    return std::ranges::none_of(nodes, [](const ReportedNode& node) { return node.status == NodeStatus::Unsupported; });
}

SupportReport support_report(const ModelOptions& options, Context& context) {
    const ModelFile file = read_model(options);
    const auto support = onnx::find_support(file.bytes, file.directory, options.model, onnx_options(options, {}, context));
    SupportReport report{.model = options.model, .nodes = {}};
    for (const onnx::NodeSupport& node : support.nodes)
        report.nodes.push_back({node.node, node.operator_name, status_of(node, support.graph), node.reason});
    if (support.is_complete)
        onnx::with_name(core::printable(options.model), [&] { refuse_without_kernel(support.graph, report.nodes); });
    return report;
}

}  // namespace abut::cli
