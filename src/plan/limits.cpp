// SPDX-License-Identifier: Apache-2.0
#include "plan/limits.hpp"

#include "core/fail.hpp"

namespace abut::planning {
namespace {

void require_at_most(const Graph& graph, std::size_t most, std::size_t found, std::string_view what) {
    if (found <= most) return;
    core::fail(ErrorCode::Unsupported,
               "graph \"{}\": unsupported size: a plan has at most {} {}, found {}; plan parts of it", graph.name(), most,
               what, found);
}

}  // namespace

void require_plannable(const Graph& graph) {
    require_at_most(graph, most_steps, graph.nodes().size(), "nodes");
    std::size_t operands = 0;
    for (const auto& node : graph.nodes()) operands += node.inputs.size() + node.outputs.size();
    require_at_most(graph, most_operands, operands, "operands and results");
}

void require_steps(const Graph& graph, std::size_t steps) {
    require_at_most(graph, most_steps, steps, "steps, copies included");
}

}  // namespace abut::planning
